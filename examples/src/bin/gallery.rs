//! Makes one prompt through every vendor whose key is set, and lays the results side by side on a
//! page, with time and cost: `gallery [--videos] [PROMPT]`.
//!
//! Offline it shows what this machine makes. Run again, it pays for nothing twice: what is there
//! already is shown again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use minijinja::value::Serde;
use serde_json::json;
use social_core::catalogue::Operation;
use social_core::design::Design;
use social_core::image::{AspectRatio, ImageRequest};
use social_core::make::{self, Made, MakeRequest, Maker, MediaFile};
use social_core::media::Media;
use social_core::run::{FileJournal, Run};
use social_core::settings::{Environment, Setting, Settings as _};
use social_core::video::VideoRequest;
use social_core::{Error, ErrorKind, Result};

/// The model that stands for a vendor.
const IMAGES: [(&str, &str); 17] = [
    ("local", "poster"),
    ("ark", "seedream-4-5-251128"),
    ("bfl", "flux-2-pro"),
    ("dashscope", "qwen-image-plus"),
    ("fal", "fal-ai/bytedance/seedream/v4/text-to-image"),
    ("gemini", "gemini-3.1-flash-image"),
    ("leonardo", "gpt-image-2"),
    ("luma", "photon-1"),
    ("minimax", "image-01"),
    ("openai", "gpt-image-2.6-flare"),
    ("openrouter", "google/gemini-3.1-flash-image"),
    ("replicate", "black-forest-labs/flux-1.1-pro"),
    ("runway", "gen4_image"),
    ("venice", "qwen-image"),
    ("vertex", "gemini-3.1-flash-image"),
    ("wavespeed", "bytedance/seedream-v4"),
    ("xai", "grok-imagine-image"),
];
const VIDEOS: [(&str, &str); 12] = [
    ("local", "slides"),
    ("ark", "seedance-1-5-pro-251215"),
    ("dashscope", "wan2.6-t2v"),
    ("fal", "fal-ai/veo3.1/fast"),
    ("gemini", "veo-3.1-fast-generate-preview"),
    ("kling", "kling-3.0-turbo"),
    ("luma", "ray-2"),
    ("minimax", "MiniMax-Hailuo-2.3"),
    ("openrouter", "google/veo-3.1"),
    ("replicate", "google/veo-3-fast"),
    ("runway", "gen4_turbo"),
    ("vertex", "veo-3.1-fast-generate-001"),
];

#[derive(Parser)]
struct Args {
    /// What is made.
    #[arg(default_value = "Steam rises from a bowl of pumpkin soup on a wooden table")]
    prompt: String,
    /// Videos instead of images.
    #[arg(long)]
    videos: bool,
    /// Asks this model too, or instead of the one that stands for its vendor.
    #[arg(long, value_name = "VENDOR/MODEL")]
    model: Vec<String>,
    /// Where the page goes.
    #[arg(long, value_name = "DIR", default_value = "gallery")]
    out: PathBuf,
}

/// What one model made.
struct Piece {
    address: String,
    took: Duration,
    made: Result<(MediaFile, Option<String>, Vec<String>)>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let operation = if args.videos { Operation::Video } else { Operation::Image };
    let (addresses, without_key) = addresses(&args, operation);
    let journal = FileJournal::open(args.out.join("journal"))?;
    println!("asks {}", addresses.join(", "));
    let pieces = addresses.into_iter().map(|address| piece(&journal, &args, address));
    let pieces = futures_util::future::join_all(pieces).await;
    let page = args.out.join("index.html");
    let written = async {
        let html = html(&args, &pieces, &without_key).await?;
        std::fs::write(&page, html).map_err(|e| Error::new(ErrorKind::Storage, e.to_string()))
    };
    written.await?;
    for Piece { address, took, made } in &pieces {
        match made {
            Ok((_, cost, _)) => println!("{address}: {:.1} s, {}", took.as_secs_f64(), cost.as_deref().unwrap_or("?")),
            Err(error) => println!("{address}: {error}"),
        }
    }
    println!("Page: {}", page.display());
    Ok(())
}

/// The models that are asked, and the vendors that are not, because a setting is missing.
fn addresses(args: &Args, operation: Operation) -> (Vec<String>, Vec<String>) {
    let table: &[(&str, &str)] = if args.videos { &VIDEOS } else { &IMAGES };
    let (mut asked, mut missing) = (args.model.clone(), Vec::new());
    for entry in media_adapters::catalogue().entries() {
        if !entry.operations().contains(&operation) || asked.iter().any(|a| a.starts_with(&format!("{}/", entry.name)))
        {
            continue;
        }
        let Some((_, model)) = table.iter().find(|(vendor, _)| entry.name == **vendor) else { continue };
        let lacks = |setting: &&Setting| {
            let names = std::iter::once(&setting.name).chain(&setting.also);
            setting.required && names.into_iter().all(|name| Environment.get(name).is_none())
        };
        match entry.settings.iter().find(lacks) {
            Some(setting) => missing.push(format!("{}: {} is not set", entry.name, setting.name)),
            None => asked.push(format!("{}/{model}", entry.name)),
        }
    }
    (asked, missing)
}

async fn piece(journal: &FileJournal, args: &Args, address: String) -> Piece {
    let began = Instant::now();
    let made = async {
        let run = Run::open(journal, &format!("{address}: {}", args.prompt)).await?;
        let made = if args.videos {
            let model = media_adapters::connect_video(&address)?;
            let mut request = VideoRequest::new(&args.prompt).with_aspect_ratio(AspectRatio::WIDE);
            if model.capabilities().slides {
                request = request.with_slide(design(&args.prompt));
            }
            one(&*model, &run, request, Some).await?
        } else {
            let model = media_adapters::connect_image(&address)?;
            let mut request = ImageRequest::new(&args.prompt).with_aspect_ratio(AspectRatio::SQUARE);
            if address.starts_with("local/") {
                request = request.with_design(design(&args.prompt));
            }
            one(&*model, &run, request, |batch| batch.images.into_iter().next()).await?
        };
        Ok(made)
    };
    let made = made.await;
    Piece { address, took: began.elapsed(), made }
}

/// What renderers of this machine set.
fn design(words: &str) -> Design {
    Design { headline: words.to_owned(), ..Design::default() }
}

/// Makes a request fit, and makes it.
async fn one<R: MakeRequest>(
    model: &dyn Maker<R>,
    run: &Run,
    request: R,
    first: impl Fn(R::Output) -> Option<MediaFile>,
) -> Result<(MediaFile, Option<String>, Vec<String>)> {
    let fitted = make::fit(run, request, &model.capabilities(), None).await?;
    let Made { value, cost, warnings, .. } = model.make(run, &fitted.request).await?;
    let file = first(value).ok_or_else(|| Error::new(ErrorKind::JobFailed, "nothing was made"))?;
    let changes = fitted.adjustments.iter().map(ToString::to_string).chain(warnings).collect();
    Ok((file, cost.map(|cost| cost.amount.to_string()), changes))
}

/// The page, as a template that escapes what it is given.
const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gallery</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem; background: #fafafa; color: #222 }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem }
figure { margin: 0; background: #fff; border: 1px solid #ddd; border-radius: 8px; overflow: hidden }
img, video { display: block; width: 100% }
figcaption { padding: .75rem 1rem }
small { color: #666; display: block }
.failed { padding: 1rem; color: #a00 }
</style>
<h1>{{ prompt }}</h1>
<main>
{% for piece in pieces %}<figure>
{% if piece.error %}<div class="failed">{{ piece.error }}</div>
{% elif videos %}<video controls src="{{ piece.file }}"></video>
{% else %}<img src="{{ piece.file }}">
{% endif %}<figcaption><b>{{ piece.address }}</b>{% for line in piece.lines %}<small>{{ line }}</small>{% endfor %}</figcaption>
</figure>
{% endfor %}</main>
{% if without_key %}<p>Not asked: {{ without_key | join("; ") }}.</p>{% endif %}
"#;

async fn html(args: &Args, pieces: &[Piece], without_key: &[String]) -> Result<String> {
    let mut shown = Vec::new();
    for (index, Piece { address, took, made }) in pieces.iter().enumerate() {
        shown.push(match made {
            Ok((file, cost, changes)) => {
                let name = copied(&args.out, index, file).await?;
                let size = match (file.info.width, file.info.height) {
                    (Some(width), Some(height)) => format!(", {width} x {height}"),
                    _ => String::new(),
                };
                let cost = cost.as_deref().unwrap_or("cost not known");
                let facts = format!("{:.1} s, {cost}{size}", took.as_secs_f64());
                let lines: Vec<_> = std::iter::once(&facts).chain(changes).collect();
                json!({ "address": address, "file": name, "lines": lines })
            }
            Err(error) => json!({ "address": address, "error": error.to_string() }),
        });
    }
    let mut templates = minijinja::Environment::new();
    // By this ending the template escapes for HTML.
    let page = templates.add_template("page.html", PAGE).and_then(|()| {
        let given =
            json!({ "prompt": args.prompt, "videos": args.videos, "pieces": shown, "without_key": without_key });
        templates.get_template("page.html")?.render(Serde(given))
    });
    page.map_err(|e| Error::config(format!("the page cannot be written: {e}")))
}

/// Copies a file beside the page.
async fn copied(out: &Path, index: usize, file: &MediaFile) -> Result<String> {
    let name = format!("{index}.{}", file.info.media_type.extension());
    let failed = |e: std::io::Error| Error::new(ErrorKind::Storage, e.to_string());
    match &file.media {
        Media::File(path) => drop(std::fs::copy(path, out.join(&name)).map_err(failed)?),
        media => std::fs::write(out.join(&name), media.read(1 << 30).await?).map_err(failed)?,
    }
    Ok(name)
}
