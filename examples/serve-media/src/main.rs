//! Serves the folder of `MEDIA_FOLDER` below `/files` at `127.0.0.1:8080`, or at the address that
//! is its argument. What makes it public, and HTTPS, stands in front of it: the address in
//! `MEDIA_FOLDER_URL` is the one of that.

use axum::Router;
use media_adapters::folder::FolderHost;
use serve_media::SignedFolder;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = FolderHost::from_env()?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("serves {} at http://{}/files", host.folder().display(), listener.local_addr()?);
    let app = Router::new().nest("/files", SignedFolder::of(&host).router());
    let ended = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(ended).await?;
    Ok(())
}
