//! RIFF WAVE.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = 12;
    let mut bytes_per_second = 0;
    loop {
        let kind: [u8; 4] = reader.array(at)?;
        let length = u64::from(reader.u32_le(at + 4)?);
        let body = at + 8;
        match &kind {
            b"fmt " => {
                let codec = match reader.u16_le(body)? {
                    // Plain, float, and the extensible form, which nearly always wraps one of them.
                    1 | 3 | 0xfffe => "pcm".to_owned(),
                    0x55 => "mp3".to_owned(),
                    6 => "alaw".to_owned(),
                    7 => "mulaw".to_owned(),
                    other => format!("wav-{other:04x}"),
                };
                let (channels, rate) = (reader.u16_le(body + 2)?, reader.u32_le(body + 4)?);
                bytes_per_second = reader.u32_le(body + 8)?;
                if channels == 0 || rate == 0 || bytes_per_second == 0 {
                    return Err(reader.broken(format_args!("it declares {channels} channels at {rate} Hz")));
                }
                info.audio = Some(AudioInfo { codec, sample_rate: Some(rate), channels: Some(channels) });
            }
            b"data" => {
                if bytes_per_second == 0 {
                    return Err(reader.broken("its audio stands before its header (`fmt `)"));
                }
                let there = reader.length() - body;
                let length = match length {
                    // Audio that was sent while it was made could not know its length.
                    0 | 0xffff_ffff | 0x7fff_ffff => there,
                    length if length > there => return Err(reader.cut(body + length)),
                    length => length,
                };
                let seconds = length as f64 / f64::from(bytes_per_second);
                info.duration = Duration::try_from_secs_f64(seconds).ok();
                return Ok(());
            }
            _ => {}
        }
        at = body + length + length % 2;
    }
}
