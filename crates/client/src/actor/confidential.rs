//! What is known of the secrets in a configuration.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroizing;

use super::comparison::{Comparison, secrets};
use super::masks::is_mask;
use super::{Actor, ActorKind, masks};
use crate::change::SecretState;
use crate::definition::Definition;
use crate::error::Result;
use crate::fingerprints::{Field, Known, Owner};

impl<K: ActorKind> Actor<K> {
    /// Compares what is stored with what is wanted. Masks where nothing is stored are refused.
    pub(super) async fn compared(&self, definition: &Definition<K>, wanted: &Value) -> Result<Comparison> {
        let schema = definition.specification().await?.schema();
        let revealed = definition.revealed(wanted)?;
        // A client that only plans keeps placeholders where servers would show the mask or the value.
        let stored = definition.revealed(self.configuration())?;
        let known = match self.airbyte().fingerprints() {
            Some(fingerprints) => fingerprints.states(self.owner(), fields(schema, &revealed)).await?,
            None => BTreeMap::new(),
        };
        let states = |path: &str| known.get(path).copied().unwrap_or(SecretState::Unknown);
        let comparison = Comparison::of(schema, wanted, &revealed, &stored, &states);
        definition.refuse_masks(&comparison.unbacked, "")?;
        Ok(comparison)
    }

    /// Refuses masks that a server would store as secrets: in what is merged everywhere, in what is replaced in lists.
    pub(super) fn refuse_lost_masks(
        definition: &Definition<K>,
        configuration: &Value,
        members: Option<&Value>,
    ) -> Result<()> {
        let masks = match members {
            Some(members) => masks::everywhere(&definition.revealed(members)?),
            None => masks::in_lists(&definition.revealed(configuration)?),
        };
        definition.refuse_masks(&masks, ", and in a list they store it as the secret")
    }

    /// Notes the secrets that were written, or that were wanted and not written.
    pub(super) async fn note_secrets(
        &self,
        definition: &Definition<K>,
        configuration: &Value,
        known: Known,
    ) -> Result<()> {
        let Some(fingerprints) = self.airbyte().fingerprints().filter(|_| !self.airbyte().is_planning()) else {
            return Ok(());
        };
        let schema = definition.specification().await?.schema();
        let fields = fields(schema, &definition.revealed(configuration)?);
        fingerprints.note(self.owner(), fields, known).await
    }

    pub(super) async fn forget_secrets(&self) -> Result<()> {
        match self.airbyte().fingerprints().filter(|_| !self.airbyte().is_planning()) {
            Some(fingerprints) => fingerprints.forget(self.owner()).await,
            None => Ok(()),
        }
    }

    fn owner(&self) -> Owner<'_> {
        Owner { workspace_id: self.workspace.id(), id: self.id() }
    }
}

/// The secrets of a configuration; one that is given as the mask is none.
fn fields(schema: &Value, revealed: &Value) -> Vec<Field> {
    let secrets = secrets(schema, revealed).into_iter().filter(|(_, value)| !is_mask(value));
    secrets.map(|(path, value)| (path, Zeroizing::new(plain(value)))).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
