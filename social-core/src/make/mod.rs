//! One shape for everything that makes something: images, videos, speech, vectors, edited images, renderings, public
//! addresses.

mod condition;
mod fit;
mod made;
mod maker;
pub(crate) mod record;
mod request;
#[cfg(test)]
mod tests;

pub use condition::{Clause, Condition, OptionValue, Scalar, Test};
pub use fit::{Adjustment, FittedRequest, fit};
pub use made::{Made, MediaFile};
pub use maker::{Maker, begin};
pub(crate) use record::capability_record;
pub use request::{MakeCapabilities, MakeRequest};
