//! What must stay in the frame: the faces in a photo.

use std::io::Cursor;
use std::sync::LazyLock;

use fast_image_resize::images::Image as Plane;
use fast_image_resize::{PixelType, Resizer};
use image::RgbImage;
use rustface::{FaceInfo, ImageData, Model};
use social_core::design::Focus;

/// SeetaFace's model for faces seen from the front (BSD-2-Clause), as the crate `rustface` has it.
static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| rustface::read_model(Cursor::new(include_bytes!("../../assets/seeta_fd_frontal_v1.0.bin"))).ok());

/// Photos are looked at in this size, on the long side.
const LOOKED_AT: u32 = 480;
/// The smallest face that is found, in pixels of that size; smaller ones are not what a photo is
/// about.
const SMALLEST_FACE: u32 = 22;
/// How sure it has to be that something is a face. What is less is a plate or a leaf.
const SURE: f64 = 4.5;
/// Faces smaller than this part of the largest are of people in the background.
const IN_FRONT: f32 = 0.5;

/// Where the faces of a photo are, if it has some.
pub(super) fn of_faces(photo: &RgbImage) -> Option<Focus> {
    let (width, height) = photo.dimensions();
    let scale = (f64::from(LOOKED_AT) / f64::from(width.max(height))).min(1.0);
    let part = |side: u32| (f64::from(side) * scale).round() as u32;
    let (w, h) = (part(width), part(height));
    if w.min(h) < 2 * SMALLEST_FACE {
        return None;
    }
    let from = Plane::from_vec_u8(width, height, photo.as_raw().clone(), PixelType::U8x3).ok()?;
    let mut small = Plane::new(w, h, PixelType::U8x3);
    Resizer::new().resize(&from, &mut small, None).ok()?;
    // Luma as BT.601 weighs it.
    let grey: Vec<u8> = small
        .buffer()
        .as_chunks::<3>()
        .0
        .iter()
        .map(|[r, g, b]| ((u32::from(*r) * 299 + u32::from(*g) * 587 + u32::from(*b) * 114) / 1000) as u8)
        .collect();
    let mut detector = rustface::create_detector_with_model(MODEL.clone()?);
    detector.set_min_face_size(SMALLEST_FACE);
    detector.set_score_thresh(SURE);
    detector.set_pyramid_scale_factor(0.8);
    detector.set_slide_window_step(4, 4);
    let faces = detector.detect(&ImageData::new(&grey, w, h));
    let size = |face: &FaceInfo| face.bbox().width() as f32;
    let largest = faces.iter().map(size).fold(0.0, f32::max);
    let front: Vec<_> = faces.iter().filter(|face| size(face) >= largest * IN_FRONT).collect();
    let middle = |face: &&FaceInfo| {
        let (face, size) = (face.bbox(), size(face));
        (size, (face.x() as f32 + size / 2.0) * size, (face.y() as f32 + size / 2.0) * size)
    };
    let (weight, x, y) = front.iter().map(middle).fold((0.0, 0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    let per_cent = |sum: f32, side: u32| (sum / weight / side as f32 * 100.0).round().clamp(0.0, 100.0) as u8;
    (weight > 0.0).then(|| Focus::new(per_cent(x, w), per_cent(y, h)))
}
