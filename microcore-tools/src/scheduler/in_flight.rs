//! Jobs under way, against what this build knows of jobs: said by `check --database` before a deploy.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::JobStore;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;

/// What jobs under way have done, or wait for, that this build does not know.
pub(super) async fn unknown_in<S: JobStore>(store: &S, boot: &Boot) -> Result<Vec<String>> {
    // Without tables there are no jobs.
    if !store.exists().await? {
        return Ok(Vec::new());
    }
    let manifest = Manifest::of(boot);
    let worker = |name: &str| {
        let event = manifest.events.iter().find(|event| event.job && event.name == name)?;
        manifest.jobs().find(|(_, job)| job.event == event.ty).map(|(_, job)| job)
    };
    let mut found = Vec::new();
    for count in store.counts().await?.into_iter().filter(|count| worker(&count.name).is_none()) {
        let jobs = count.waiting + count.running;
        if jobs > 0 {
            found.push(format!("{jobs} jobs `{}` are under way, and this build does not work on them", count.name));
        }
    }
    for done in store.steps_in_flight().await? {
        // `page.*` is a step in a loop, which is recorded with its number.
        let is_known = |step: &str| match step.strip_suffix('*') {
            Some(begin) => done.step.starts_with(begin),
            None => step == done.step,
        };
        if let Some(job) = worker(&done.name)
            && !job.steps.iter().any(|step| is_known(step))
        {
            found.push(format!(
                "{} jobs `{}` under way have done step `{}`, and their worker has no such step any more (see `jobs show {}`)",
                done.jobs, done.name, done.step, done.one
            ));
        }
    }
    Ok(found)
}
