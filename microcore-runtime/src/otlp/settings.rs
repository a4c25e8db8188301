//! The settings, under the names that OpenTelemetry gave them.

use std::time::Duration;

use super::endpoint::Endpoint;
use crate::settings::{FromSetting, Secret, settings};

settings! {
    /// Where records go, and which.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OtlpSettings {
        /// The collector, as `http://localhost:4318`; unset, nothing is sent.
        #[setting(key = "OTEL_EXPORTER_OTLP_ENDPOINT")]
        pub endpoint: Option<Endpoint>,
        /// The address for traces alone, in full.
        #[setting(key = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")]
        pub traces_endpoint: Option<Endpoint>,
        /// The address for metrics alone, in full.
        #[setting(key = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")]
        pub metrics_endpoint: Option<Endpoint>,
        /// The address for logs alone, in full.
        #[setting(key = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT")]
        pub logs_endpoint: Option<Endpoint>,
        /// Headers of every post, as `authorization=Bearer%20x,tenant=7`.
        #[setting(key = "OTEL_EXPORTER_OTLP_HEADERS")]
        pub headers: Option<Secret<Headers>>,
        /// Time for one post, in milliseconds.
        #[setting(key = "OTEL_EXPORTER_OTLP_TIMEOUT", default = "10000", within = "1"..="600000")]
        pub timeout: u64,
        /// How it is spoken; there is one way.
        #[setting(key = "OTEL_EXPORTER_OTLP_PROTOCOL", default = "http/protobuf")]
        pub protocol: Protocol,
        /// `gzip` or `none`.
        #[setting(key = "OTEL_EXPORTER_OTLP_COMPRESSION", default = "gzip")]
        pub compression: Coding,
        /// A file in PEM with the issuers that are trusted; unset, those of the system.
        #[setting(key = "OTEL_EXPORTER_OTLP_CERTIFICATE")]
        pub certificate: Option<String>,
        /// What the application is called; unset, as its package.
        #[setting(key = "OTEL_SERVICE_NAME")]
        pub service_name: Option<String>,
        /// More about the process, as `deployment.environment.name=production,team=web`.
        #[setting(key = "OTEL_RESOURCE_ATTRIBUTES")]
        pub resource_attributes: Option<Pairs>,
        /// Which share of traces is sent, from 0 to 1; those that failed, were slow or are sampled by their caller always are.
        #[setting(key = "OTEL_TRACES_SAMPLER_ARG", default = "1", within = "0"..="1")]
        pub sampler_arg: Share,
        /// `otlp`, or `none`: no traces.
        #[setting(key = "OTEL_TRACES_EXPORTER", default = "otlp")]
        pub traces_exporter: Exporter,
        /// `otlp`, or `none`: no metrics.
        #[setting(key = "OTEL_METRICS_EXPORTER", default = "otlp")]
        pub metrics_exporter: Exporter,
        /// `otlp`, or `none`: no lines of the log.
        #[setting(key = "OTEL_LOGS_EXPORTER", default = "otlp")]
        pub logs_exporter: Exporter,
        /// Time between two sets of metrics, in milliseconds.
        #[setting(key = "OTEL_METRIC_EXPORT_INTERVAL", default = "60000", within = "250"..="3600000")]
        pub metric_interval: u64,
        /// Whether nothing is sent, whatever else is set.
        #[setting(key = "OTEL_SDK_DISABLED", default = "false")]
        pub disabled: bool,
    }
}

impl OtlpSettings {
    pub(super) fn ratio(&self) -> f64 {
        f64::from_bits(self.sampler_arg.0)
    }

    pub(super) fn metrics_every(&self) -> Duration {
        Duration::from_millis(self.metric_interval)
    }

    pub(super) fn traces(&self) -> bool {
        self.traces_exporter == Exporter::Otlp && (self.endpoint.is_some() || self.traces_endpoint.is_some())
    }

    pub(super) fn metrics(&self) -> bool {
        self.metrics_exporter == Exporter::Otlp && (self.endpoint.is_some() || self.metrics_endpoint.is_some())
    }

    pub(super) fn logs(&self) -> bool {
        self.logs_exporter == Exporter::Otlp && (self.endpoint.is_some() || self.logs_endpoint.is_some())
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident = $word:literal),+; $expects:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {$(
            $(#[$doc])*
            $variant
        ),+}

        impl FromSetting for $name {
            const EXPECTS: &'static str = $expects;

            fn from_setting(text: &str) -> Option<Self> {
                match text.trim() {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// How it is spoken.
    Protocol:
    /// Protobuf in posts.
    HttpProtobuf = "http/protobuf";
    "http/protobuf: grpc and http/json are not spoken here"
}

words! {
    /// How bodies are packed.
    Coding:
    /// By gzip.
    Gzip = "gzip",
    /// Not at all.
    None = "none";
    "gzip or none"
}

words! {
    /// Whether a signal is sent.
    Exporter:
    /// It is.
    Otlp = "otlp",
    /// It is not.
    None = "none";
    "otlp or none"
}

/// The bits of a number, so that settings can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u64);

impl FromSetting for Share {
    const EXPECTS: &'static str = "a number from 0 to 1";

    fn from_setting(text: &str) -> Option<Self> {
        let share = f64::from_setting(text)?;
        (0.0..=1.0).contains(&share).then(|| Self(share.to_bits()))
    }
}

/// `key=value,key=value`, percent-encoded as W3C Baggage has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairs(pub Vec<(String, String)>);

impl FromSetting for Pairs {
    const EXPECTS: &'static str = "pairs such as team=web,tier=1";

    fn from_setting(text: &str) -> Option<Self> {
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=')?;
            let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8().ok()?.into_owned();
            (!key.trim().is_empty()).then(|| (key.trim().to_owned(), value))
        };
        text.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(pair).collect::<Option<_>>().map(Self)
    }
}

/// The same as headers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub http::HeaderMap);

impl FromSetting for Headers {
    const EXPECTS: &'static str = "headers such as authorization=Bearer%20x";

    fn from_setting(text: &str) -> Option<Self> {
        let mut headers = http::HeaderMap::new();
        for (name, value) in Pairs::from_setting(text)?.0 {
            let name = http::HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.append(name, http::HeaderValue::from_str(&value).ok()?);
        }
        Some(Self(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    #[test]
    fn names_and_defaults_are_those_of_opentelemetry() {
        let settings = OtlpSettings::load(&Environment::default()).unwrap();
        assert!(!settings.traces() && !settings.metrics() && !settings.logs());
        let set = [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example/v1/traces"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a%2Cb, x-tenant=7"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
            ("OTEL_RESOURCE_ATTRIBUTES", "team=web,place=caf%C3%A9"),
        ];
        let settings = OtlpSettings::load(&Environment::of(set)).unwrap();
        assert!(settings.traces() && !settings.metrics() && (settings.ratio() - 0.25).abs() < 1e-9);
        let headers = &settings.headers.as_ref().unwrap().expose().0;
        assert_eq!(
            (&headers["authorization"], &headers["x-tenant"]),
            (&"Bearer a,b".parse().unwrap(), &"7".parse().unwrap())
        );
        assert_eq!(settings.resource_attributes.unwrap().0[1], ("place".to_owned(), "café".to_owned()));
    }

    #[test]
    fn what_is_not_spoken_ends_the_boot_with_a_sentence() {
        for (key, value, said) in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "must be http/protobuf"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "must be an address such as http://localhost:4318"),
            ("OTEL_TRACES_SAMPLER_ARG", "2", "must be a number from 0 to 1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=1", "must be headers"),
        ] {
            let problems = OtlpSettings::load(&Environment::of([(key, value)])).unwrap_err().to_string();
            assert!(problems.contains(said), "{problems}");
        }
    }
}
