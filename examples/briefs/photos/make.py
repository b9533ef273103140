"""Renders the example briefs' photos: three still lifes, modelled here from nothing.

    pip install bpy pillow
    python make.py [bistro|ceramics|bikes ...] [--draft]

The pictures are this project's own; no photo, model or texture of anybody else goes into them.
"""

import math
import os
import random
import sys
import tempfile

import bpy
from mathutils import Vector
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
DRAFT = "--draft" in sys.argv


# --- materials -------------------------------------------------------------------------------------------------------

def rgb(text):
    """sRGB hex to the renderer's linear colour."""
    channels = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels) + (1.0,)


class Material:
    """A principled material with a few textures."""

    def __init__(self, colour, roughness=0.5, **inputs):
        self.data = bpy.data.materials.new("material")
        self.data.use_nodes = True
        self.nodes, self.links = self.data.node_tree.nodes, self.data.node_tree.links
        self.shader = next(n for n in self.nodes if n.type == "BSDF_PRINCIPLED")
        self.set("Base Color", rgb(colour))
        self.set("Roughness", roughness)
        for name, value in inputs.items():
            self.set(name.replace("_", " ").title().replace("Ior", "IOR"), value)

    def set(self, name, value):
        self.shader.inputs[name].default_value = value

    def node(self, kind, **values):
        node = self.nodes.new(kind)
        for name, value in values.items():
            if hasattr(node, name):
                setattr(node, name, value)
            else:
                node.inputs[name.replace("_", " ").title()].default_value = value
        return node

    def coordinates(self, stretch=(1, 1, 1), kind="Object"):
        source, mapping = self.node("ShaderNodeTexCoord"), self.node("ShaderNodeMapping")
        mapping.inputs["Scale"].default_value = stretch
        self.links.new(source.outputs[kind], mapping.inputs["Vector"])
        return mapping.outputs["Vector"]

    def noise(self, scale, stretch=(1, 1, 1), detail=6.0, roughness=0.55):
        node = self.node("ShaderNodeTexNoise", scale=scale, detail=detail, roughness=roughness)
        self.links.new(self.coordinates(stretch), node.inputs["Vector"])
        return node.outputs[0]

    def ramp(self, value, *stops):
        node = self.node("ShaderNodeValToRGB")
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (place, colour) in zip(elements, stops):
            element.position, element.color = place, rgb(colour)
        self.links.new(value, node.inputs["Fac"])
        return node.outputs["Color"]

    def colour(self, output):
        self.links.new(output, self.shader.inputs["Base Color"])
        return self

    def rough(self, value, low, high):
        node = self.node("ShaderNodeMapRange")
        node.inputs["To Min"].default_value, node.inputs["To Max"].default_value = low, high
        self.links.new(value, node.inputs["Value"])
        self.links.new(node.outputs[0], self.shader.inputs["Roughness"])
        return self

    def bump(self, value, strength, distance=0.02):
        node = self.node("ShaderNodeBump")
        node.inputs["Strength"].default_value, node.inputs["Distance"].default_value = strength, distance
        self.links.new(value, node.inputs["Height"])
        self.links.new(node.outputs["Normal"], self.shader.inputs["Normal"])
        return self


def wood(dark, middle, light, board=1.0):
    material = Material(middle, 0.5)
    grain = material.noise(3.0 / board, (1.0, 14.0, 1.0), 9.0, 0.62)
    material.colour(material.ramp(grain, (0.30, dark), (0.52, middle), (0.74, light)))
    return material.rough(grain, 0.34, 0.62).bump(grain, 0.18, 0.01)


def stoneware(body, speck="#4a3a30", roughness=0.42, specks=True):
    material = Material(body, roughness, coat_weight=0.25, coat_roughness=0.2)
    if specks:
        fine = material.noise(95.0, detail=2.0)
        material.colour(material.ramp(fine, (0.60, body), (0.665, body), (0.70, speck)))
    return material.bump(material.noise(5.0, (1, 1, 9), 3.0), 0.12, 0.02)


# --- shapes ----------------------------------------------------------------------------------------------------------

def put(mesh_name, vertices, faces, material, smooth=True):
    mesh = bpy.data.meshes.new(mesh_name)
    mesh.from_pydata(vertices, [], faces)
    mesh.update()
    body = bpy.data.objects.new(mesh_name, mesh)
    bpy.context.collection.objects.link(body)
    if material:
        mesh.materials.append(material.data)
    if smooth:
        for polygon in mesh.polygons:
            polygon.use_smooth = True
    return body


def smoothed(points, steps=6):
    """A Catmull-Rom curve through the points."""
    result = []
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        for step in range(steps):
            t = step / steps
            result.append(tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d)
            ))
    return [*result, points[-1]]


def turned(profile, material, at=(0, 0, 0), scale=1.0, steps=96, shape=None):
    """A body turned on a wheel: (radius, height) from the foot outside to the inside."""
    profile = smoothed(profile)
    vertices, faces = [], []
    for radius, height in profile:
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            r = radius * (shape(angle, height) if shape else 1.0)
            vertices.append((r * math.cos(angle) * scale, r * math.sin(angle) * scale, height * scale))
    for row in range(len(profile) - 1):
        for step in range(steps):
            after = (step + 1) % steps
            a, b = row * steps, (row + 1) * steps
            faces.append((a + step, a + after, b + after, b + step))
    body = put("turned", vertices, faces, material)
    body.location = at
    return body


def ball(material, at, size, turn=(0, 0, 0)):
    bpy.ops.mesh.primitive_uv_sphere_add(segments=48, ring_count=32, location=at, rotation=turn)
    body = bpy.context.object
    body.scale = size if isinstance(size, tuple) else (size, size, size)
    body.data.materials.append(material.data)
    bpy.ops.object.shade_smooth()
    return body


def box(material, at, size, bevel=0.0, turn=(0, 0, 0)):
    bpy.ops.mesh.primitive_cube_add(size=1, location=at, rotation=turn)
    body = bpy.context.object
    body.scale = size
    body.data.materials.append(material.data)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    if bevel:
        edge = body.modifiers.new("bevel", "BEVEL")
        edge.width, edge.segments = bevel, 3
    return body


def tube(material, points, radius, closed=False, smooth=True):
    """A round bar along points."""
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution, curve.resolution_u = "3D", radius, 6, 12
    curve.use_fill_caps = True
    spline = curve.splines.new("BEZIER" if smooth else "POLY")
    places = spline.bezier_points if smooth else spline.points
    places.add(len(points) - 1)
    for place, point in zip(places, points):
        if smooth:
            place.co, place.handle_left_type, place.handle_right_type = point, "AUTO", "AUTO"
        else:
            place.co = (*point, 1.0)
    spline.use_cyclic_u = closed
    body = bpy.data.objects.new("tube", curve)
    bpy.context.collection.objects.link(body)
    curve.materials.append(material.data)
    return body


def ring(material, at, radius, thickness, turn=(math.pi / 2, 0, 0)):
    bpy.ops.mesh.primitive_torus_add(
        location=at, rotation=turn, major_radius=radius, minor_radius=thickness, major_segments=160, minor_segments=24
    )
    body = bpy.context.object
    body.data.materials.append(material.data)
    bpy.ops.object.shade_smooth()
    return body


def plane(material, at, size, turn=(0, 0, 0)):
    bpy.ops.mesh.primitive_plane_add(size=1, location=at, rotation=turn)
    body = bpy.context.object
    body.scale = (*size, 1)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    body.data.materials.append(material.data)
    return body


def leaf(material, at, length, turn):
    """A leaf: a pointed oval, folded along its rib and bent."""
    vertices, faces, rows, columns = [], [], 18, 8
    for row in range(rows + 1):
        t = row / rows
        half = 0.30 * length * math.sin(math.pi * t) ** 0.8 * (1 - 0.35 * t)
        for column in range(columns + 1):
            s = column / columns * 2 - 1
            height = 0.10 * length * math.sin(t * 2.4) + 0.11 * length * abs(s) + 0.012 * length * math.sin(t * 34) * abs(s)
            vertices.append((s * half, t * length, height))
    for row in range(rows):
        for column in range(columns):
            a = row * (columns + 1) + column
            faces.append((a, a + 1, a + columns + 2, a + columns + 1))
    body = put("leaf", vertices, faces, material)
    body.location, body.rotation_euler = at, turn
    return body


# --- light and camera ------------------------------------------------------------------------------------------------

def lamp(at, target, size, power, colour="#ffffff"):
    bpy.ops.object.light_add(type="AREA", location=at)
    light = bpy.context.object
    light.data.size, light.data.energy, light.data.color = size, power, rgb(colour)[:3]
    light.rotation_euler = (Vector(target) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    return light


def sun(direction, strength, colour, softness=0.02):
    bpy.ops.object.light_add(type="SUN")
    light = bpy.context.object
    light.data.energy, light.data.color, light.data.angle = strength, rgb(colour)[:3], softness
    light.rotation_euler = Vector(direction).to_track_quat("-Z", "Y").to_euler()


def camera(at, target, lens, focus=None, stop=2.8):
    bpy.ops.object.camera_add(location=at)
    eye = bpy.context.object
    eye.rotation_euler = (Vector(target) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    eye.data.lens = lens
    eye.data.dof.use_dof = True
    eye.data.dof.focus_distance = (Vector(focus or target) - Vector(at)).length
    eye.data.dof.aperture_fstop = stop
    bpy.context.scene.camera = eye


def start(air, strength):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    background = next(n for n in scene.world.node_tree.nodes if n.type == "BACKGROUND")
    background.inputs["Color"].default_value, background.inputs["Strength"].default_value = rgb(air), strength


def render(name, exposure=0.0):
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples = "CPU", 20
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.03
    scene.cycles.use_denoising, scene.cycles.seed = True, 1
    scene.cycles.max_bounces, scene.cycles.caustics_reflective = 7, False
    scene.render.resolution_x = scene.render.resolution_y = 520 if DRAFT else 1280
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", "AgX - Medium High Contrast"
    scene.view_settings.exposure = exposure
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = os.path.join(folder, "picture.png")
        bpy.ops.render.render(write_still=True)
        picture = Image.open(scene.render.filepath).convert("RGB")
    target = os.path.join(tempfile.gettempdir() if DRAFT else HERE, f"{name}.jpg")
    for quality in range(90, 60, -2):
        picture.save(target, quality=quality, optimize=True, progressive=False)
        if os.path.getsize(target) < 300_000:
            break
    print(target, os.path.getsize(target))


# --- the still lifes -------------------------------------------------------------------------------------------------

def pumpkin(at, size, colour, turn=0.0, ribs=10, flat=0.72):
    skin = Material(colour, 0.38, coat_weight=0.15)
    shade = skin.noise(3.0, detail=4.0)
    skin.colour(skin.ramp(shade, (0.3, colour), (0.75, {"#d9741d": "#b9520f", "#c9a679": "#a98554"}.get(colour, colour))))
    vertices, faces, rows, steps = [], [], 48, 160
    for row in range(rows + 1):
        polar = math.pi * row / rows
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            rib = 1 - 0.13 * (1 - abs(math.sin(angle * ribs / 2)) ** 0.7) * math.sin(polar) ** 0.6
            dip = 1 - 0.34 * math.exp(-((math.sin(polar) / 0.34) ** 2))
            r = size * rib
            vertices.append((
                r * math.sin(polar) * math.cos(angle), r * math.sin(polar) * math.sin(angle),
                size * flat * math.cos(polar) * dip,
            ))
    for row in range(rows):
        for step in range(steps):
            after = (step + 1) % steps
            faces.append((row * steps + step, (row + 1) * steps + step, (row + 1) * steps + after, row * steps + after))
    body = put("pumpkin", vertices, faces, skin)
    body.location, body.rotation_euler = (at[0], at[1], at[2] + size * flat * 0.66), (0.05, 0.08, turn)
    stem = Material("#7c6a3c", 0.8)
    stem.bump(stem.noise(20.0, (1, 1, 0.2)), 0.6)
    x, y, top = at[0], at[1], at[2] + size * flat * 1.20
    tube(stem, [(x, y, top), (x + 0.02, y, top + size * 0.22), (x + size * 0.16, y - size * 0.06, top + size * 0.42)], size * 0.085)


def chestnut(at, size, turn):
    shell = Material("#4a1d0c", 0.36, coat_weight=0.12)
    streak = shell.noise(4.0, (6, 6, 0.6))
    shell.colour(shell.ramp(streak, (0.3, "#2c0f06"), (0.6, "#5a2510"), (0.8, "#7a3a1a")))
    profile = [(0.0, -0.62), (0.45, -0.60), (0.80, -0.36), (0.95, 0.0), (0.80, 0.42), (0.42, 0.76), (0.12, 0.95), (0.0, 1.08)]
    turned(profile, shell, at, size, 48).rotation_euler = turn
    pale = Material("#b98a5c", 0.8)
    turned([(0.0, -0.64), (0.40, -0.625), (0.52, -0.58)], pale, at, size, 48).rotation_euler = turn


def bistro():
    random.seed(7)
    start("#2a1c14", 0.16)
    table = wood("#2a1509", "#54301a", "#7d4c2b", 1.2)
    for board in range(-5, 6):
        box(table, (board * 0.13, 0.62, -0.5), (0.002, 0.002, 0.002))
        box(table, (0.07 * (board % 3), board * 0.62 + 0.2, -0.05), (9.0, 0.61, 0.1), 0.008)
    plane(Material("#1a0f0a", 0.9), (0, 8.5, 2), (30, 16), (math.pi / 2, 0, 0))

    glaze = stoneware("#e4d8c4", "#6a4c34", 0.3)
    bowl = [(0.0, 0.0), (0.34, 0.0), (0.36, 0.05), (0.60, 0.16), (0.86, 0.40), (0.97, 0.62), (0.985, 0.66), (0.95, 0.655),
            (0.83, 0.43), (0.57, 0.21), (0.2, 0.12), (0.0, 0.11)]
    turned(bowl, glaze, (0, 0.25, 0.055))
    plate = [(0.0, 0.0), (0.8, 0.0), (1.15, 0.05), (1.32, 0.10), (1.33, 0.115), (1.15, 0.075), (0.8, 0.035), (0.0, 0.03)]
    turned(plate, stoneware("#4c4a45", "#2c2a26", 0.38), (0, 0.25, 0.01))

    soup = Material("#e07a12", 0.22, subsurface_weight=0.35, coat_weight=0.4)
    soup.set("Subsurface Radius", (0.1, 0.05, 0.02))
    wave = soup.noise(3.5, detail=3.0)
    soup.colour(soup.ramp(wave, (0.3, "#d8690c"), (0.7, "#ee9426"))).bump(wave, 0.25, 0.03)
    turned([(0.0, 0.545), (0.5, 0.545), (0.86, 0.547), (0.93, 0.56)], soup, (0, 0.25, 0.055))
    cream = Material("#fff6e6", 0.3, subsurface_weight=0.2)
    spiral = []
    for step in range(34):
        angle, radius = 0.42 * step + 0.6, 0.05 + 0.0125 * step
        spiral.append((radius * math.cos(angle), 0.25 + radius * math.sin(angle), 0.604 + 0.002 * math.sin(step)))
    tube(cream, spiral, 0.017)
    seed = Material("#55702c", 0.4, coat_weight=0.3)
    for _ in range(26):
        angle, radius = random.uniform(0, 6.28), random.gauss(0.0, 0.24)
        at = (0.16 + radius * math.cos(angle), 0.18 + radius * 0.8 * math.sin(angle), 0.618 + random.uniform(0, 0.012))
        if math.hypot(at[0], at[1] - 0.25) < 0.72:
            ball(seed, at, (0.052, 0.026, 0.012), (random.uniform(-0.4, 0.4), random.uniform(-0.4, 0.4), angle))
    pepper = Material("#1c120c", 0.6)
    for _ in range(60):
        angle, radius = random.uniform(0, 6.28), 0.8 * math.sqrt(random.random())
        ball(pepper, (radius * math.cos(angle), 0.25 + radius * math.sin(angle), 0.606), random.uniform(0.005, 0.010))
    sage = Material("#6f7f4f", 0.6, subsurface_weight=0.1)
    sage.bump(sage.noise(40.0), 0.5)
    leaf(sage, (-0.12, 0.28, 0.615), 0.34, (0.12, 0.05, 0.9))
    leaf(sage, (-0.10, 0.26, 0.62), 0.30, (0.16, -0.1, 2.1))

    pumpkin((-1.75, 1.75, 0), 0.80, "#d9741d", 0.4)
    pumpkin((1.95, 1.30, 0), 0.52, "#c9a679", 1.1, 12, 0.66)
    pumpkin((-0.75, 2.75, 0), 0.62, "#d9741d", 2.0, 11)
    for at, size, turn in [
        ((1.50, -0.32, 0.10), 0.150, (0.5, 0.6, 0.2)), ((1.82, -0.02, 0.11), 0.155, (1.2, 0.3, 1.4)),
        ((1.66, -0.66, 0.10), 0.14, (-0.9, 0.4, 2.4)), ((-1.60, -0.42, 0.10), 0.145, (0.9, -0.5, 0.6)),
    ]:
        chestnut(at, size, turn)
    dry = Material("#9c4a18", 0.7, subsurface_weight=0.15)
    dry.colour(dry.ramp(dry.noise(6.0), (0.3, "#7a2c10"), (0.55, "#b8591c"), (0.8, "#d99034")))
    for at, length, turn in [
        ((-1.30, -0.62, 0.03), 0.62, (0.1, 0.15, 0.7)), ((1.25, 0.85, 0.05), 0.6, (0.05, 0.2, -1.2)),
        ((-1.95, 0.25, 0.03), 0.66, (0.1, -0.1, 1.9)), ((2.2, 0.35, 0.03), 0.5, (0.05, 0.1, 2.6)),
    ]:
        leaf(dry, at, length, turn)
    steel = Material("#b89a62", 0.24, metallic=1.0)
    tube(steel, [(1.30, -1.55, 0.05), (1.20, -0.88, 0.06), (1.085, -0.30, 0.095)], 0.026)
    ball(steel, (1.07, -0.20, 0.085), (0.12, 0.20, 0.035), (0.1, 0.0, 0.22))

    glass = Material("#ffffff", 0.0, transmission_weight=1.0, ior=1.45)
    goblet = [(0.0, 0.0), (0.36, 0.01), (0.34, 0.03), (0.06, 0.07), (0.035, 0.2), (0.035, 0.75), (0.10, 0.86), (0.40, 1.10),
              (0.46, 1.40), (0.40, 1.85), (0.39, 1.85), (0.45, 1.40), (0.385, 1.12), (0.09, 0.90), (0.0, 0.88)]
    turned(goblet, glass, (0.95, 2.05, 0))
    wine = Material("#5a0612", 0.0, transmission_weight=0.6, ior=1.33)
    turned([(0.0, 0.895), (0.09, 0.91), (0.38, 1.13), (0.435, 1.36), (0.43, 1.37), (0.0, 1.37)], wine, (0.95, 2.05, 0))
    wax, flame = Material("#f0e2c6", 0.5, subsurface_weight=0.5), Material("#ffb45a", 0.5)
    flame.set("Emission Color", rgb("#ffb050"))
    flame.set("Emission Strength", 26.0)
    for x, y, height in [(-0.15, 3.4, 0.95), (0.35, 3.8, 1.35)]:
        turned([(0.0, 0.0), (0.17, 0.0), (0.17, height), (0.12, height - 0.02), (0.0, height - 0.05)], wax, (x, y, 0))
        ball(flame, (x, y, height + 0.12), (0.045, 0.045, 0.12))
    for _ in range(46):
        glow = Material("#ffffff", 0.5)
        glow.set("Emission Color", rgb(random.choice(["#ffb25c", "#ff9a3c", "#ffd08a", "#ff7a2a"])))
        glow.set("Emission Strength", random.uniform(5, 20))
        ball(glow, (random.uniform(-5.5, 5.5), random.uniform(7.0, 8.3), random.uniform(0.6, 5.2)), random.uniform(0.03, 0.07))

    lamp((-3.6, 1.6, 3.2), (0, 0.3, 0.3), 2.2, 330, "#ffdcb0")
    lamp((3.2, 3.6, 2.4), (0.3, 0.8, 0.4), 1.4, 120, "#ffb070")
    lamp((0.5, -3.5, 3.0), (0, 0, 0.2), 3.0, 46, "#cfdcff")
    camera((0.0, -4.5, 3.05), (0.0, 0.62, 0.36), 50, (0, 0.0, 0.6), 0.42)
    render("bistro", 0.6)


def ceramics():
    random.seed(3)
    start("#dfe6ee", 0.42)
    wall = Material("#d9cdbd", 0.9)
    wall.colour(wall.ramp(wall.noise(1.3), (0.3, "#cfc1ae"), (0.7, "#e0d6c8"))).bump(wall.noise(7.0, detail=10.0), 0.22, 0.05)
    plane(wall, (0, 1.25, 2), (14, 10), (math.pi / 2, 0, 0))
    bench = wood("#8a6540", "#b48a5e", "#d2ac80", 1.4)
    box(bench, (0, -0.9, -0.08), (9, 4.3, 0.16), 0.015)

    def vessel(profile, body, at, scale=1.0, wobble=0.006):
        phase = random.uniform(0, 6)
        shape = lambda angle, height: 1 + wobble * math.sin(2 * angle + phase + height) + wobble * math.sin(3 * angle - phase)
        return turned(profile, body, at, scale, 128, shape)

    white = stoneware("#efe6d8", "#6b5136", 0.45)
    clay = stoneware("#b3623f", "#8a4529", 0.75, specks=False)
    sage = stoneware("#8c9a82", "#5c6756", 0.35)
    ink = stoneware("#34404c", "#20272e", 0.28)
    sand = stoneware("#d3b48c", "#94704a", 0.5)

    tall = [(0.0, 0.0), (0.30, 0.0), (0.34, 0.04), (0.50, 0.45), (0.52, 0.85), (0.36, 1.25), (0.17, 1.52), (0.145, 1.75), (0.20, 1.92),
            (0.185, 1.92), (0.125, 1.75), (0.14, 1.52), (0.0, 1.4)]
    round_jar = [(0.0, 0.0), (0.30, 0.0), (0.52, 0.18), (0.64, 0.48), (0.55, 0.78), (0.34, 0.94), (0.27, 0.99), (0.30, 1.06), (0.28, 1.06),
                 (0.24, 0.98), (0.3, 0.9), (0.0, 0.6)]
    cup = [(0.0, 0.0), (0.22, 0.0), (0.27, 0.04), (0.29, 0.30), (0.305, 0.56), (0.285, 0.56), (0.27, 0.30), (0.22, 0.08), (0.0, 0.06)]
    dish = [(0.0, 0.0), (0.26, 0.0), (0.30, 0.05), (0.55, 0.18), (0.66, 0.34), (0.64, 0.345), (0.52, 0.21), (0.28, 0.09), (0.0, 0.07)]
    bottle = [(0.0, 0.0), (0.26, 0.0), (0.31, 0.05), (0.33, 0.5), (0.28, 0.86), (0.10, 1.05), (0.085, 1.32), (0.12, 1.38), (0.10, 1.385),
              (0.065, 1.32), (0.07, 1.05), (0.0, 1.0)]
    vessel(tall, white, (-0.62, 0.42, 0))
    vessel(round_jar, clay, (0.42, 0.48, 0), 1.0)
    vessel(bottle, ink, (1.28, 0.55, 0), 1.02)
    vessel(cup, sand, (-0.02, -0.42, 0))
    vessel(dish, sage, (0.96, -0.80, 0), 0.92)
    vessel(dish, white, (-1.42, -0.12, 0), 0.8)
    vessel(dish, sand, (-1.42, -0.12, 0.115), 0.8)
    vessel(dish, sage, (-1.42, -0.12, 0.23), 0.8)
    vessel(cup, ink, (-1.72, 0.62, 0), 1.05)
    vessel(cup, white, (1.86, 0.25, 0), 0.95)

    twig, bud = Material("#6d5138", 0.8), Material("#e9d9b8", 0.85, subsurface_weight=0.2)
    for lean, sway, reach in [(-0.55, 0.1, 1.55), (0.25, -0.15, 1.75), (-0.1, 0.25, 2.0), (0.75, 0.05, 1.25)]:
        points = [(-0.62, 0.42, 1.2)]
        for step in range(1, 6):
            t = step / 5
            points.append((-0.62 + lean * t**1.5 + random.uniform(-0.03, 0.03), 0.42 + sway * t, 1.2 + reach * t))
        tube(twig, points, 0.009)
        for _ in range(34):
            t = random.uniform(0.42, 1.0)
            x, y, z = -0.62 + lean * t**1.5, 0.42 + sway * t, 1.2 + reach * t
            off = [random.gauss(0, 0.055) for _ in range(3)]
            tip = (x + off[0], y + off[1], z + off[2])
            tube(twig, [(x, y, z - 0.05), tip], 0.003, smooth=False)
            ball(bud, tip, random.uniform(0.016, 0.036))

    steel, handle = Material("#8f8a84", 0.3, metallic=1.0), Material("#8a5a34", 0.5)
    tube(handle, [(0.15, -0.98, 0.035), (0.75, -1.04, 0.035)], 0.034)
    tube(steel, [(0.75, -1.04, 0.035), (0.98, -1.06, 0.035)], 0.014)

    # A window out of sight: its bars lie as shadows on the wall.
    frame = Material("#ffffff", 0.9)
    normal = Vector((0.80, 0.46, -0.50)).normalized()
    centre = Vector((0.1, 1.2, 1.75)) - normal * 5.0
    turn = normal.to_track_quat("-Z", "Y")
    def bar(x, y, width, height):
        body = box(frame, (0, 0, 0), (width, height, 0.03))
        body.rotation_euler = turn.to_euler()
        body.location = centre + turn @ Vector((x, y, 0))
    for x in (-0.62, 0.0, 0.62):
        bar(x, 0, 0.075, 3.4)
    for y in (-0.75, 0.0, 0.75):
        bar(0, y, 3.0, 0.075)
    for x, y, w, h in [(-3.6, 0, 5.0, 9), (3.6, 0, 5.0, 9), (0, 3.9, 9, 5.2), (0, -4.1, 9, 5.2)]:
        bar(x, y, w, h)
    sun(normal, 5.2, "#ffd9a8", 0.018)
    lamp((-3.5, -3.0, 3.5), (0, 0.3, 0.8), 3.0, 95, "#e8f0ff")
    camera((0.12, -5.6, 1.62), (0.1, 0.3, 1.12), 56, (0.0, 0.1, 0.8), 1.4)
    render("ceramics", 0.1)


def wheel(at, radius, parts):
    tyre, rim, spoke, hub = parts
    x, y, z = at
    ring(tyre, at, radius, 0.032)
    ring(rim, at, radius - 0.045, 0.016)
    for side in (-1, 1):
        for step in range(18):
            angle = 2 * math.pi * (step + side * 0.25) / 18
            twist = angle + (1.15 if step % 2 else -1.15)
            inner = (x + 0.045 * math.cos(twist), y + side * 0.035, z + 0.045 * math.sin(twist))
            outer = (x + (radius - 0.055) * math.cos(angle), y, z + (radius - 0.055) * math.sin(angle))
            tube(spoke, [inner, outer], 0.0026, smooth=False)
    tube(hub, [(x, y - 0.06, z), (x, y + 0.06, z)], 0.022, smooth=False)
    for side in (-0.036, 0.036):
        tube(hub, [(x, y + side - 0.003, z), (x, y + side + 0.003, z)], 0.05, smooth=False)


def bikes():
    random.seed(5)
    start("#cdd9e6", 0.32)
    plaster = Material("#2f6b66", 0.85)
    plaster.colour(plaster.ramp(plaster.noise(1.6, detail=8.0), (0.3, "#285f5b"), (0.55, "#33736d"), (0.75, "#3f837b")))
    plaster.bump(plaster.noise(9.0, detail=10.0), 0.35, 0.03)
    plane(plaster, (0, 0.55, 2), (14, 8), (math.pi / 2, 0, 0))
    base = Material("#e6dccb", 0.8)
    box(base, (0, 0.53, 0.11), (14, 0.05, 0.22), 0.008)
    floor = Material("#8d867c", 0.7)
    grit = floor.noise(38.0, detail=9.0, roughness=0.7)
    floor.colour(floor.ramp(grit, (0.3, "#746d64"), (0.7, "#a29a8e"))).rough(grit, 0.45, 0.8).bump(grit, 0.2)
    plane(floor, (0, -3, 0), (14, 8))

    paint = Material("#e2571e", 0.22, coat_weight=0.8, coat_roughness=0.06)
    chrome, dark = Material("#d8d8d8", 0.14, metallic=1.0), Material("#161514", 0.55)
    leather = Material("#7a4322", 0.42, coat_weight=0.2)
    leather.bump(leather.noise(60.0), 0.25)
    tyre = Material("#1d1b1a", 0.75)
    wall = Material("#c69a63", 0.7)
    parts = (tyre, chrome, chrome, chrome)
    r, y = 0.345, 0.20
    rear, front = (-0.52, y, r + 0.032), (0.52, y, r + 0.032)
    wheel(rear, r, parts)
    wheel(front, r, parts)
    for hub in (rear, front):
        ring(wall, (hub[0], y - 0.012, hub[2]), r - 0.022, 0.012)
    crank, seat_top, head_top, head_low = (-0.09, y, 0.31), (-0.235, y, 0.86), (0.325, y, 0.92), (0.365, y, 0.74)

    def bar(a, b, radius, material=paint):
        tube(material, [a, b], radius, smooth=False)
    seat_low = (-0.215, y, 0.79)
    bar(crank, seat_low, 0.0155)
    bar((-0.222, y, 0.77), (0.335, y, 0.865), 0.0145)
    bar(crank, head_low, 0.0175)
    bar(head_low, head_top, 0.019)
    for side in (-0.05, 0.05):
        bar((crank[0], y + side * 0.6, crank[2]), (rear[0], y + side, rear[2]), 0.0095)
        bar((seat_low[0], y + side * 0.35, seat_low[2] - 0.03), (rear[0], y + side, rear[2]), 0.0085)
        tube(paint, [(0.37, y + side * 0.9, 0.715), (0.43, y + side, 0.55), (0.52, y + side, front[2])], 0.0105)
    bar((0.37, y - 0.05, 0.72), (0.37, y + 0.05, 0.72), 0.015)
    bar(seat_low, seat_top, 0.0125, chrome)
    # Saddle: broad behind, narrow in front.
    ball(leather, (seat_top[0] - 0.035, y, seat_top[2] + 0.035), (0.105, 0.075, 0.032))
    ball(leather, (seat_top[0] + 0.075, y, seat_top[2] + 0.036), (0.105, 0.030, 0.026))
    bar(head_top, (0.305, y, 0.985), 0.0115, chrome)
    bar((0.305, y, 0.985), (0.365, y, 0.992), 0.0115, chrome)
    tube(chrome, [(0.365, y - 0.04, 0.992), (0.37, y - 0.12, 1.005), (0.33, y - 0.23, 1.02), (0.20, y - 0.27, 1.015)], 0.0105)
    tube(chrome, [(0.365, y - 0.04, 0.992), (0.365, y + 0.04, 0.992), (0.37, y + 0.12, 1.005), (0.33, y + 0.22, 1.02), (0.20, y + 0.26, 1.015)], 0.0105)
    tube(leather, [(0.275, y - 0.258, 1.018), (0.19, y - 0.272, 1.015)], 0.0165, smooth=False)
    tube(leather, [(0.275, y + 0.248, 1.018), (0.19, y + 0.262, 1.015)], 0.0165, smooth=False)
    # Drive: chainring with holes, crank, pedals, chain.
    ring(chrome, (crank[0], y - 0.045, crank[2]), 0.085, 0.006)
    for step in range(40):
        angle = 2 * math.pi * step / 40
        ball(chrome, (crank[0] + 0.092 * math.cos(angle), y - 0.045, crank[2] + 0.092 * math.sin(angle)), 0.0052)
    for step in range(5):
        angle = 2 * math.pi * step / 5 + 0.3
        bar((crank[0], y - 0.045, crank[2]), (crank[0] + 0.083 * math.cos(angle), y - 0.045, crank[2] + 0.083 * math.sin(angle)), 0.006, chrome)
    bar((crank[0], y - 0.06, crank[2]), (crank[0], y + 0.06, crank[2]), 0.021, chrome)
    pedal = (crank[0] + 0.155, y - 0.07, crank[2] - 0.06)
    bar((crank[0], y - 0.062, crank[2]), pedal, 0.0095, chrome)
    box(dark, (pedal[0], pedal[1] - 0.05, pedal[2]), (0.085, 0.085, 0.02), 0.006)
    ring(chrome, (rear[0], y - 0.045, rear[2]), 0.035, 0.006)
    chain = Material("#3a3632", 0.35, metallic=0.8)
    tube(chain, [(rear[0], y - 0.045, rear[2] + 0.04), (crank[0], y - 0.045, crank[2] + 0.094)], 0.005, smooth=False)
    tube(chain, [(rear[0], y - 0.045, rear[2] - 0.04), (crank[0], y - 0.045, crank[2] - 0.094)], 0.005, smooth=False)
    # Mudguards.
    for hub, low, high in [(rear, 0.25, 2.9), (front, 0.9, 2.85)]:
        arc = [(hub[0] + (r + 0.052) * math.cos(low + (high - low) * s / 10), y, hub[2] + (r + 0.052) * math.sin(low + (high - low) * s / 10)) for s in range(11)]
        tube(chrome, arc, 0.013)
    # Things of the workshop: a stool with tools, a plant, a pump.
    stool = wood("#7d5a38", "#a67c50", "#c79d6e")
    box(stool, (0.98, -0.10, 0.44), (0.40, 0.34, 0.035), 0.008)
    for dx, dy in [(-0.15, -0.12), (0.15, -0.12), (-0.15, 0.12), (0.15, 0.12)]:
        bar((0.98 + dx, -0.10 + dy, 0.43), (0.98 + dx * 1.25, -0.10 + dy * 1.25, 0.0), 0.016, stool)
    tin = Material("#d9b23c", 0.4, coat_weight=0.3)
    turned([(0.0, 0.0), (0.055, 0.0), (0.055, 0.13), (0.052, 0.13), (0.05, 0.01), (0.0, 0.01)], tin, (1.07, -0.06, 0.458))
    for lean, height, colour in [((0.02, 0.01), 0.25, "#b8322a"), ((-0.025, 0.0), 0.23, "#2a4f8a"), ((0.0, -0.02), 0.27, "#1d1b1a")]:
        top = (1.07 + lean[0] * 2, -0.06 + lean[1] * 2, 0.458 + height)
        bar((1.07, -0.06, 0.47), top, 0.005, chrome)
        bar((1.07 + lean[0] * 1.3, -0.06 + lean[1] * 1.3, 0.458 + height * 0.62), top, 0.012, Material(colour, 0.4))
    tube(chrome, [(0.84, -0.20, 0.466), (0.99, -0.17, 0.466)], 0.009, smooth=False)
    ring(chrome, (0.83, -0.202, 0.466), 0.018, 0.007, (0, 0, 0))
    pot = stoneware("#c9683e", "#a04d2a", 0.7, specks=False)
    turned([(0.0, 0.0), (0.12, 0.0), (0.165, 0.27), (0.18, 0.27), (0.18, 0.31), (0.155, 0.31), (0.145, 0.27), (0.0, 0.26)], pot, (-1.08, 0.18, 0))
    green = Material("#4f7a3f", 0.45, subsurface_weight=0.1, coat_weight=0.2)
    green.colour(green.ramp(green.noise(5.0), (0.3, "#315c2c"), (0.7, "#6f9a52")))
    for step in range(30):
        angle = step * 2.4
        lift = 0.55 + 0.55 * (step / 30)
        leaf(green, (-1.08 + 0.04 * math.cos(angle), 0.18 + 0.04 * math.sin(angle), 0.28), 0.24 + 0.22 * (step / 30), (lift, 0.1, angle))

    normal = Vector((0.62, 0.62, -0.52)).normalized()
    sun(normal, 4.6, "#ffd6a0", 0.012)
    lamp((0.5, -3.5, 2.8), (0, 0.2, 0.5), 3.0, 30, "#e6efff")
    camera((0.16, -3.35, 0.86), (0.03, 0.2, 0.56), 60, (0.0, 0.1, 0.6), 2.0)
    render("bikes", 0.1)


if __name__ == "__main__":
    scenes = {"bistro": bistro, "ceramics": ceramics, "bikes": bikes}
    for wanted in [a for a in sys.argv[1:] if not a.startswith("--")] or list(scenes):
        scenes[wanted]()
