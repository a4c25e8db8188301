//! What ours does about sight when nobody sets anything, as one would add it to axum: counts and times per route for
//! `/metrics`, and a span of each request, of which one in 64 is kept, by the sampler of OpenTelemetry.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::routing::get;
use axum_prometheus::PrometheusMetricLayer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter};
use tower_http::trace::TraceLayer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Kept spans end here: what a collector costs is not what is compared.
#[derive(Debug)]
struct Dropped;

impl SpanExporter for Dropped {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

pub fn around(app: Router) -> Router {
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(1.0 / 64.0)));
    let provider = SdkTracerProvider::builder().with_sampler(sampler).with_batch_exporter(Dropped).build();
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    tracing_subscriber::registry().with(spans).init();
    // The server ends by a signal, and the provider with it.
    std::mem::forget(provider);
    let (meters, shown) = PrometheusMetricLayer::pair();
    let span = |request: &Request| {
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        tracing::info_span!("request", http.request.method = %request.method(), http.route = route)
    };
    app.route("/metrics", get(async move || shown.render())).layer(TraceLayer::new_for_http().make_span_with(span)).layer(meters)
}
