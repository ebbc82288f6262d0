//! Lists of jobs.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::reads::{JobView, object};
use crate::store::{Job, JobFilter, JobOrder};
use crate::wire::{Id, JobConfigType, JobStatus, Moment, Pagination, wire_enum};

const PAGE: i64 = 200;

wire_enum!(OrderField { CreatedAt = "createdAt", UpdatedAt = "updatedAt" });
wire_enum!(OrderMethod { Ascending = "ASC", Descending = "DESC" });

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    config_types: Option<Vec<JobConfigType>>,
    config_id: Option<String>,
    including_job_id: Option<i64>,
    #[serde(default)]
    workspace_ids: Option<Vec<Id>>,
    pagination: Option<Pagination>,
    status: Option<JobStatus>,
    statuses: Option<Vec<JobStatus>>,
    created_at_start: Option<Moment>,
    created_at_end: Option<Moment>,
    updated_at_start: Option<Moment>,
    updated_at_end: Option<Moment>,
    order_by_field: Option<OrderField>,
    order_by_method: Option<OrderMethod>,
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    if let Some(including) = body.including_job_id {
        return list_including(call, &body, including);
    }
    if body.config_id.is_none() && !call.has(Feature::JobsOfAllConnections) {
        return Err(ApiError::unforeseen("`configId` is missing"));
    }
    let filter = filter(call, &body)?;
    let (jobs, total) = call.store.jobs(&filter)?;
    answer(call, jobs, total)
}

/// `totalJobCount` is how many are returned here, not how many there are.
pub(super) fn list_for_workspaces(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    let mut filter = filter(call, &body)?;
    filter.workspace_ids = body.workspace_ids.into_iter().flatten().map(Id::into_string).collect();
    let (jobs, total) = if filter.workspace_ids.is_empty() { (Vec::new(), 0) } else { call.store.jobs(&filter)? };
    let count = if call.friendly { total } else { jobs.len() };
    answer(call, jobs, count)
}

fn answer(call: &Call<'_>, jobs: Vec<Job>, total: usize) -> Outcome {
    let mut items = Vec::with_capacity(jobs.len());
    for job in jobs {
        items.push(JobView::of(call, job)?.item(call));
    }
    Ok(Reply::Json(object([("jobs", Value::Array(items)), ("totalJobCount", json!(total))])))
}

/// Returns whole pages, newest first, up to the one that holds the job; the other filters do not count.
fn list_including(call: &Call<'_>, body: &List, including: i64) -> Outcome {
    let size = call.page_part(body.pagination.unwrap_or_default().page_size.unwrap_or(PAGE))?.max(1);
    let jobs = match call.store.job(including)? {
        Some(job) => call.store.newest_jobs(&job.connection_id, usize::MAX)?,
        None => Vec::new(),
    };
    let total = jobs.len();
    let pages = jobs.iter().position(|job| job.id == including).map_or(0, |at| at / size + 1);
    answer(call, jobs.into_iter().take(pages * size).collect(), total)
}

fn filter(call: &Call<'_>, body: &List) -> Result<JobFilter, ApiError> {
    let types = body.config_types.as_deref().unwrap_or_default();
    if types.is_empty() {
        return Err(ApiError::unforeseen("`configTypes` is missing or empty"));
    }
    let pagination = body.pagination.unwrap_or_default();
    let size = pagination.page_size.unwrap_or(PAGE);
    let mut offset = pagination.row_offset.unwrap_or(0);
    call.page_part(size).and_then(|_| call.page_part(offset))?;
    if call.has(Feature::OffsetSnapsToPage) && !call.friendly {
        if size == 0 {
            return Err(ApiError::unforeseen("division by a page size of zero"));
        }
        offset = offset / size * size;
    }
    let statuses = if call.has(Feature::StatusesFilter) {
        body.statuses.iter().flatten().copied().collect()
    } else {
        Vec::from_iter(body.status)
    };
    let descending = body.order_by_method != Some(OrderMethod::Ascending);
    let order = match (body.order_by_field, body.order_by_method) {
        (Some(OrderField::UpdatedAt), Some(_)) => JobOrder::UpdatedAt { descending },
        // The field alone changes nothing.
        (Some(OrderField::UpdatedAt), None) if call.friendly => JobOrder::UpdatedAt { descending: true },
        (_, None) => JobOrder::CreatedAt { descending: true },
        _ => JobOrder::CreatedAt { descending },
    };
    Ok(JobFilter {
        config_types: types.iter().map(|it| it.as_str().to_owned()).collect(),
        connection_id: body.config_id.clone(),
        workspace_ids: Vec::new(),
        statuses: statuses.into_iter().map(|status: JobStatus| status.as_str().to_owned()).collect(),
        created: (body.created_at_start.map(|at| at.0), body.created_at_end.map(|at| at.0)),
        updated: (body.updated_at_start.map(|at| at.0), body.updated_at_end.map(|at| at.0)),
        order,
        limit: size,
        offset,
    })
}
