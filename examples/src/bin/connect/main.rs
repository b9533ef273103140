//! Connects accounts from the terminal, and looks after them: `connect add x`, `connect list`,
//! `connect refresh`, `connect revoke KEY`, `connect env KEY`. `connect key` makes the key that
//! seals what is stored; put it into `SOCIAL_VAULT_KEY`.

mod add;
mod book;

use clap::{Parser, Subcommand};
use secrecy::ExposeSecret as _;
use social_core::auth::VaultKey;
use social_core::clock::SystemRandom;
use social_core::{AccountKey, Result};

use crate::book::Book;

/// Connects accounts, and looks after them.
#[derive(Parser)]
struct Args {
    /// Where connections are kept, sealed with the key in `SOCIAL_VAULT_KEY`.
    #[arg(long, default_value = "accounts")]
    home: std::path::PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a key for `SOCIAL_VAULT_KEY`.
    Key,
    /// Connects an account.
    Add(add::Options),
    /// Shows all accounts, and what is wrong with them.
    List {
        /// What one wants to do: publish, comments, insights.
        #[arg(long, default_value = "publish")]
        purpose: Vec<String>,
    },
    /// Renews an account's tokens, or all that are due.
    Refresh {
        /// `TENANT/PLATFORM/ID`, as `list` shows it; without it, what is due.
        account: Option<AccountKey>,
    },
    /// Takes an account's grant back, and forgets its tokens.
    Revoke {
        /// `TENANT/PLATFORM/ID`, as `list` shows it.
        account: AccountKey,
    },
    /// Writes what an `.env` file needs, with the token, to the standard output.
    Env {
        /// `TENANT/PLATFORM/ID`, as `list` shows it.
        account: AccountKey,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    if let Command::Key = args.command {
        println!("SOCIAL_VAULT_KEY=k1:{}", VaultKey::generate(&SystemRandom).expose_secret());
        return Ok(());
    }
    let book = Book::open(&args.home)?;
    match args.command {
        Command::Key => Ok(()),
        Command::Add(options) => add::add(&book, options).await,
        Command::List { purpose } => book.list(&purpose).await,
        Command::Refresh { account: Some(account) } => {
            book.accounts.refresh(&account).await?;
            println!("renewed {account}");
            Ok(())
        }
        Command::Refresh { account: None } => {
            for (account, result) in book.accounts.refresh_due(None).await? {
                match result {
                    Ok(()) => println!("renewed {account}"),
                    Err(error) => println!("failed {account}: {error}"),
                }
            }
            Ok(())
        }
        Command::Revoke { account } => {
            let taken = book.accounts.revoke(&account).await?;
            println!("forgot {account}");
            if !taken.at_platform {
                println!("the platform was not told: remove the application in the account's settings there");
            }
            Ok(())
        }
        Command::Env { account } => book.env(&account).await,
    }
}
