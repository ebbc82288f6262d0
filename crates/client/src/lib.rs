//! An ergonomic async client of Airbyte's Config API.
//!
//! ```no_run
//! use airway_client::{Airbyte, ConnectionSettings, Schedule, TimeUnit, WaitOptions};
//! use serde_json::json;
//!
//! # async fn example() -> airway_client::Result<()> {
//! let airbyte = Airbyte::builder().server("http://localhost:8001").build()?;
//! let workspace = airbyte.workspace(None).await?;
//!
//! let shop = workspace
//!     .ensure_source("Shop", "Postgres", &json!({
//!         "host": "db", "port": 5432, "database": "shop", "username": "reader",
//!         "password": airbyte.secret(std::env::var("SHOP_PASSWORD").unwrap_or_default()),
//!     }))
//!     .await?
//!     .resource;
//! let lake = workspace.destination("Lake").await?;
//!
//! let streams = shop.discover().await?.select(["public.orders"])?.incremental("updated_at")?.append();
//! let settings = ConnectionSettings::copying(streams).schedule(Schedule::every(6, TimeUnit::Hours)?);
//! let pipeline = workspace.ensure_connection("Shop → Lake", &shop, &lake, &settings).await?.resource;
//!
//! let job = pipeline.sync().await?;
//! job.succeeded(WaitOptions::default()).await?;
//! println!("{} records", job.tally().records);
//! # Ok(())
//! # }
//! ```
//!
//! Settings are those of [`Builder`]: servers, logins, proxies, times, repeats. Every call is a `tracing` span named `call`, with its
//! operation, status, attempts and milliseconds, around one named `request` for each attempt; bodies and headers are in none of them.
//!
//! Everything is `Send` and `Sync`, clones share their content, and there is no state outside of a client. A call may be given up
//! at any time by dropping its future: nothing goes on in the background. Whether the server has carried out what was on its way then
//! is not known; `ensure_…` finds out.
//!
//! | module of this crate's source | holds |
//! |---|---|
//! | `airbyte` | the client: settings, calls, repeats, times, the gate that every write passes, what a server is |
//! | `auth`, `transport`, `address` | as whom to call, which way, and where to |
//! | `workspace`, `definition`, `actor` | workspaces, connectors, sources and destinations |
//! | `catalog`, `schedule`, `connection` | what is copied, when, and from where to where |
//! | `job` | runs and how to follow them |
//! | `secret`, `fingerprints`, `configuration` | values that are never shown, whether they changed, and checking what holds them |
//! | `change`, `event`, `error` | what became of a resource, what happened, and what went wrong |
//! | `inventory` | what is known of a workspace, read once |

mod actor;
mod address;
mod airbyte;
mod auth;
mod catalog;
mod change;
mod configuration;
mod connection;
mod definition;
mod doctor;
mod error;
mod event;
mod fingerprints;
mod inventory;
mod job;
mod name;
mod schedule;
mod secret;
mod suggest;
mod tag;
mod transport;
mod workspace;

pub use actor::{
    Actor, ActorKind, CheckReport, Destination, DestinationKind, EnsureOptions, Ensured, Source, SourceKind,
};
pub use address::{AddressError, DEFAULT_SERVER, ServerAddress};
pub use airbyte::{Airbyte, Builder, Capabilities, Listing, Retries, RetryBudget, Server, Timeouts};
pub use airway_api_gen::{Operation, OperationIndex, operations, types};
pub use airway_spec::{Effect, Paging, PagingStyle, Release, Violation, ViolationKind, check_request};
pub use auth::TokenError;
pub use catalog::{
    Catalog, CatalogDiff, CatalogError, DestinationSyncMode, SchemaChange, Stream, StreamDiff, SyncMode,
};
pub use change::{Change, Difference, SecretState};
pub use configuration::ConfigurationProblem;
pub use connection::{
    Connection, ConnectionSettings, ConnectionState, Namespace, RefreshMode, SchemaChangePolicy, StateError,
    SyncStatus, UnknownPolicy,
};
pub use definition::{CustomConnector, Definition, Specification};
pub use doctor::{Doctor, Examination, Probe, Setting, Verdict};
pub use error::{Error, ErrorKind, Failure, Refusal, Result, SettingsError};
pub use event::{Action, Event, Observer, Planned, Resource, WriteKind, Written};
pub use job::{Attempt, Job, JobFilter, JobKind, JobProgress, JobStatus, StreamTally, Tally, WaitOptions};
pub use schedule::{Cron, Interval, Schedule, ScheduleError, TimeUnit};
pub use secret::{REDACTED, SERVER_MASK, Secret, UnknownSecret, Vault};
pub use tag::Tag;
pub use workspace::Workspace;
