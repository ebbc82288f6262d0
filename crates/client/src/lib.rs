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
//! | module of this crate's source | holds |
//! |---|---|
//! | `airbyte` | the client: settings, calls, the gate that every write passes, what a server is |
//! | `workspace`, `definition`, `actor` | workspaces, connectors, sources and destinations |
//! | `catalog`, `schedule`, `connection` | what is copied, when, and from where to where |
//! | `job` | runs and how to follow them |
//! | `secret`, `fingerprints`, `configuration` | values that are never shown, whether they changed, and checking what holds them |
//! | `change`, `event`, `error` | what became of a resource, what happened, and what went wrong |
//! | `inventory` | what is known of a workspace, read once |

mod actor;
mod address;
mod airbyte;
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
mod schedule;
mod secret;
mod suggest;
mod tag;
mod workspace;

pub use actor::{
    Actor, ActorKind, CheckReport, Destination, DestinationKind, EnsureOptions, Ensured, Source, SourceKind,
};
pub use address::{AddressError, DEFAULT_SERVER, ServerAddress};
pub use airbyte::{Airbyte, Builder, Capabilities, Listing, Retries, Server, Timeouts};
pub use airway_api_gen::{Operation, OperationIndex, operations, types};
pub use airway_spec::{Effect, Paging, PagingStyle, Release, Violation, ViolationKind, check_request};
pub use catalog::{Catalog, CatalogError, DestinationSyncMode, Stream, SyncMode};
pub use change::{Change, Difference, SecretState};
pub use configuration::ConfigurationProblem;
pub use connection::{Connection, ConnectionSettings, Namespace, SchemaChangePolicy, UnknownPolicy};
pub use definition::{CustomConnector, Definition, Specification};
pub use doctor::{Doctor, Examination, Probe, Setting, Verdict};
pub use error::{Error, ErrorKind, Failure, Refusal, Result};
pub use event::{Action, Event, Observer, Planned, Resource, WriteKind, Written};
pub use job::{Job, JobProgress, JobStatus, StreamTally, Tally, WaitOptions};
pub use schedule::{Cron, Interval, Schedule, ScheduleError, TimeUnit};
pub use secret::{REDACTED, SERVER_MASK, Secret, UnknownSecret, Vault};
pub use tag::Tag;
pub use workspace::Workspace;
