//! Makes one video: `one_video [VENDOR/MODEL] [PROMPT]`. Stopped and run again, it collects the
//! video that was paid for.

use social_core::Result;
use social_core::image::AspectRatio;
use social_core::run::{FileJournal, Run};
use social_core::video::VideoRequest;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "local/slides".to_owned());
    let prompt = args.next().unwrap_or_else(|| "Steam rises from a bowl of pumpkin soup".to_owned());

    let video_model = media_adapters::connect_video(&address)?;
    let run = Run::open(&FileJournal::open("campaigns")?, &format!("{address}: {prompt}")).await?;
    let request = VideoRequest::new(prompt).with_aspect_ratio(AspectRatio::VERTICAL);
    let video = video_model.make(&run, &request).await?;
    println!("{:?}", video.media);
    println!("{:?}", video.info);
    Ok(())
}
