//! The stores as entries of the catalogue.

use social_core::catalogue::VendorEntry;

use super::settings::{
    AZURE_ACCOUNT, AZURE_CONTAINER, AZURE_KEY, AZURE_URL, GCS_BUCKET, GCS_KEY_FILE, GCS_URL, S3_BUCKET, S3_KEY,
    S3_REGION, S3_SECRET, S3_TOKEN, S3_URL, azure, gcs, s3,
};

/// `s3/BUCKET`, `gcs/BUCKET` and `azure/CONTAINER`.
pub(crate) fn entries() -> [VendorEntry; 3] {
    [
        VendorEntry::new(
            "s3",
            "S3, R2, MinIO and the like",
            [S3_KEY, S3_SECRET, S3_BUCKET, S3_REGION, S3_TOKEN, S3_URL],
        )
        .with_host(s3),
        VendorEntry::new("gcs", "Google Cloud Storage", [GCS_KEY_FILE, GCS_BUCKET, GCS_URL]).with_host(gcs),
        VendorEntry::new("azure", "Azure Blob Storage", [AZURE_ACCOUNT, AZURE_KEY, AZURE_CONTAINER, AZURE_URL])
            .with_host(azure),
    ]
}
