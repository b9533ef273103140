//! Colours of a brand made into a palette that can be read.

use std::sync::LazyLock;

use social_core::error::{Error, Result};

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) red: u8,
    pub(super) green: u8,
    pub(super) blue: u8,
}

/// Lightness, chroma and hue as people see them (OKLCH), for changes that keep the colour's
/// character.
#[derive(Clone, Copy, Debug)]
struct Perceived {
    lightness: f32,
    chroma: f32,
    hue: f32,
}

impl Colour {
    pub(super) const WHITE: Self = Self::new(255, 255, 255);

    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Red, green and blue.
    pub(super) const fn channels(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// Reads `#rrggbb` or `#rgb`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let bad = || Error::invalid("design.brand.colours", format!("`{text}` is not a colour like #7a1f2b"));
        let digits = text.trim().strip_prefix('#').ok_or_else(bad)?;
        let values: Vec<u8> = digits
            .chars()
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect::<Option<_>>()
            .ok_or_else(bad)?;
        match *values.as_slice() {
            [r, g, b] => Ok(Self::new(r * 17, g * 17, b * 17)),
            [r1, r2, g1, g2, b1, b2] => Ok(Self::new(r1 * 16 + r2, g1 * 16 + g2, b1 * 16 + b2)),
            _ => Err(bad()),
        }
    }

    /// Relative luminance as WCAG 2.2 defines it, 0 to 1.
    pub(super) fn luminance(self) -> f32 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast as WCAG 2.2 defines it, 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f32 {
        contrast(self.luminance(), other.luminance())
    }

    /// This colour with `part` (0 to 1) of another in it.
    pub(super) fn mix(self, other: Self, part: f32) -> Self {
        let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * part).round() as u8;
        Self::new(blend(self.red, other.red), blend(self.green, other.green), blend(self.blue, other.blue))
    }

    fn linear(self) -> [f32; 3] {
        static TABLE: LazyLock<[f32; 256]> = LazyLock::new(|| {
            std::array::from_fn(|channel| {
                let value = channel as f32 / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            })
        });
        [self.red, self.green, self.blue].map(|channel| TABLE.get(usize::from(channel)).copied().unwrap_or_default())
    }

    fn perceived(self) -> Perceived {
        let [r, g, b] = self.linear();
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        let a = 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s;
        let b = 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s;
        Perceived {
            lightness: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            chroma: a.hypot(b),
            hue: b.atan2(a),
        }
    }
}

impl Perceived {
    /// The nearest sRGB colour of this lightness and hue.
    fn colour(self) -> Colour {
        let mut chroma = self.chroma;
        loop {
            let channels = Self { chroma, ..self }.linear();
            if chroma < 0.002 || channels.iter().all(|c| (-0.001..=1.001).contains(c)) {
                let [r, g, b] = channels.map(|c| {
                    let c = c.clamp(0.0, 1.0);
                    let value = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
                    (value * 255.0).round() as u8
                });
                return Colour::new(r, g, b);
            }
            chroma *= 0.94;
        }
    }

    fn linear(self) -> [f32; 3] {
        let (a, b) = (self.chroma * self.hue.cos(), self.chroma * self.hue.sin());
        let l = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (self.lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let s = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
    }
}

/// Contrast of two relative luminances.
pub(super) fn contrast(a: f32, b: f32) -> f32 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colours of a poster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// The brand's leading colour as it is.
    pub(super) lead: Colour,
    /// Dark, in the leading hue: grounds and scrims.
    pub(super) deep: Colour,
    /// Light, in the leading hue: grounds.
    pub(super) paper: Colour,
    /// Words on `deep`.
    pub(super) light_ink: Colour,
    /// Words on `paper`.
    pub(super) dark_ink: Colour,
    accent: Colour,
}

/// Pairs for brands that name no colour: (leading, accent).
const HOUSE_COLOURS: [(Colour, Colour); 4] = [
    (Colour::new(0x6b, 0x24, 0x2c), Colour::new(0xe8, 0xb0, 0x5c)),
    (Colour::new(0x1f, 0x4d, 0x43), Colour::new(0xf0, 0xb8, 0x7a)),
    (Colour::new(0x24, 0x3b, 0x5e), Colour::new(0xf2, 0xa6, 0x6a)),
    (Colour::new(0x8a, 0x45, 0x2c), Colour::new(0xf3, 0xd9, 0xa4)),
];

impl Palette {
    /// Makes a palette of a brand's colours; without any, of house colours that `choice` picks.
    pub(super) fn new(colours: &[String], choice: u64) -> Result<Self> {
        let given = colours.iter().map(|c| Colour::parse(c)).collect::<Result<Vec<_>>>()?;
        let pick = usize::try_from(choice % HOUSE_COLOURS.len() as u64).unwrap_or_default();
        let (house_lead, house_accent) =
            HOUSE_COLOURS.get(pick).copied().unwrap_or((Colour::new(0x24, 0x3b, 0x5e), Colour::WHITE));
        let lead = given.first().copied().unwrap_or(house_lead);
        let tone = lead.perceived();
        let shade = |lightness: f32, chroma: f32| {
            Perceived { lightness, chroma: tone.chroma.min(chroma), hue: tone.hue }.colour()
        };
        let accent = match (given.get(1), given.is_empty()) {
            (Some(second), _) => *second,
            (None, true) => house_accent,
            // Cream beside warm colours, amber beside cold ones: both read as light, neither
            // competes.
            (None, false) if tone.hue.cos() > 0.2 => Colour::new(0xf4, 0xdd, 0xb4),
            (None, false) => Colour::new(0xf2, 0xb2, 0x5c),
        };
        // A third colour that is nearly white is the brand's own paper.
        let paper = given
            .iter()
            .skip(1)
            .copied()
            .find(|c| c.luminance() > 0.78)
            .unwrap_or_else(|| shade(0.972, 0.012).mix(Colour::new(0xfb, 0xf5, 0xec), 0.5));
        Ok(Self {
            lead,
            deep: shade(0.27, 0.075),
            paper,
            light_ink: shade(0.985, 0.008),
            dark_ink: shade(0.24, 0.05),
            accent,
        })
    }

    /// The leading colour, dark enough to carry light words.
    pub(super) fn ground(&self) -> Colour {
        let mut tone = self.lead.perceived();
        while tone.lightness > 0.2 && tone.colour().contrast(self.light_ink) < 7.0 {
            tone.lightness -= 0.02;
        }
        tone.colour()
    }

    /// The accent for shapes on this ground that can be seen (3:1, WCAG 1.4.11) and carry words
    /// (4.5:1). On a light ground a light accent would turn muddy; there the leading colour takes
    /// its part.
    pub(super) fn accent_on(&self, ground: Colour) -> Colour {
        let good = |colour: Colour| colour.contrast(ground) >= 3.0 && self.ink_on(colour).contrast(colour) >= 4.5;
        if good(self.accent) {
            return self.accent;
        }
        if ground.luminance() > 0.18 {
            return self.ground();
        }
        let mut tone = self.accent.perceived();
        while !good(tone.colour()) && tone.lightness < 0.97 {
            tone.lightness += 0.02;
        }
        tone.colour()
    }

    /// The better ink of the two on this ground.
    pub(super) fn ink_on(&self, ground: Colour) -> Colour {
        if self.dark_ink.contrast(ground) >= self.light_ink.contrast(ground) { self.dark_ink } else { self.light_ink }
    }
}
