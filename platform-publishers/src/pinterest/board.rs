//! Boards: found by name, or made, once.

use std::time::Duration;

use serde::de::DeserializeOwned;
use social_core::run::{Found, Run};
use social_core::{ErrorKind, Result};

use super::Pinterest;
use super::options::PinterestOptions;
use super::wire::{Board, Items, NewBoard};

/// Items of one answer.
const PAGE: &str = "250";
/// More pages than an account has boards.
const PAGES: usize = 20;
/// How long Pinterest may need to list a board that it took.
const SETTLE: Duration = Duration::from_secs(30);

/// A board of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PinterestBoard {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Others do not see it.
    pub secret: bool,
}

/// The step that looks for a board.
fn looking_for(name: &str) -> String {
    format!("board {}", name.to_lowercase())
}

impl From<Board> for PinterestBoard {
    fn from(board: Board) -> Self {
        let secret = board.privacy.as_deref() == Some("SECRET");
        Self { id: board.id, name: board.name, secret }
    }
}

impl Pinterest {
    /// Lists the account's boards.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn boards(&self) -> Result<Vec<PinterestBoard>> {
        let boards = self.all::<Board>("v5/boards", PAGES, |_| false).await?;
        Ok(boards.0.into_iter().map(PinterestBoard::from).collect())
    }

    /// The id of the board of this name, capital or small; it is made when the account has none.
    /// Called again with the same run, nothing is made twice.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) when the board may have been made and is not
    /// listed yet; the kinds of the HTTP path.
    pub async fn find_or_make_board(&self, run: &Run, name: &str, secret: bool) -> Result<String> {
        let _alone = self.boards.lock().await;
        let found: Option<String> = run.step(&looking_for(name), || self.find_board(name)).await?;
        if let Some(id) = found {
            return Ok(id);
        }
        let make = || async {
            let privacy = if secret { "SECRET" } else { "PUBLIC" };
            let call = self.api.post("v5/boards")?.operation("make board");
            match call.json(&NewBoard { name, privacy }).send().await {
                Ok(reply) => Ok(reply.json::<Board>()?.id),
                // Somebody made one of the name meanwhile.
                Err(error) if matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::Duplicate) => {
                    self.find_board(name).await?.ok_or(error)
                }
                Err(error) => Err(error),
            }
        };
        let find = |_| async {
            Ok(match self.find_board(name).await? {
                Some(id) => Found::Present(id),
                None => Found::NotListed { settle: SETTLE },
            })
        };
        run.once(&format!("make board {}", name.to_lowercase()), make, find).await
    }

    /// The board of a pin.
    pub(super) async fn board_of(&self, run: &Run, options: &PinterestOptions) -> Result<String> {
        match &options.board_id {
            Some(id) => Ok(id.clone()),
            None => self.find_or_make_board(run, self.board_name(options), options.secret_board).await,
        }
    }

    /// A board that is not there any more is looked for again by the run's next call.
    pub(super) async fn forget_board(&self, run: &Run, options: &PinterestOptions) -> Result<()> {
        run.forget(&looking_for(self.board_name(options)), "the board is not there any more").await
    }

    fn board_name<'a>(&'a self, options: &'a PinterestOptions) -> &'a str {
        options.board.as_deref().or(self.board.as_deref()).unwrap_or_default().trim()
    }

    async fn find_board(&self, name: &str) -> Result<Option<String>> {
        let same = |board: &Board| board.name.trim().to_lowercase() == name.to_lowercase();
        let (boards, _) = self.all::<Board>("v5/boards", PAGES, |board| same(board)).await?;
        Ok(boards.into_iter().find(same).map(|board| board.id))
    }

    /// The items of a list until one that ends it, over so many pages at most, and whether there
    /// are no more.
    pub(super) async fn all<T: DeserializeOwned + Send>(
        &self,
        path: &str,
        pages: usize,
        ends: impl Fn(&T) -> bool + Send + Sync,
    ) -> Result<(Vec<T>, bool)> {
        let (mut items, mut bookmark): (Vec<T>, Option<String>) = (Vec::new(), None);
        for _ in 0..pages {
            let mut call = self.api.get(path)?.operation("list").query("page_size", PAGE);
            if let Some(bookmark) = &bookmark {
                call = call.query("bookmark", bookmark);
            }
            let page: Items<T> = call.send().await?.json()?;
            let ended = page.items.iter().any(&ends);
            items.extend(page.items);
            bookmark = page.bookmark.filter(|bookmark| !bookmark.is_empty());
            if bookmark.is_none() || ended {
                break;
            }
        }
        Ok((items, bookmark.is_none()))
    }
}
