using System.Net;

namespace Pile.Storage;

/// <summary>Maps S3's error codes to exceptions.</summary>
internal static class S3Errors
{
    /// <summary>Returns the exception for an error response; null if the HTTP status alone determines it.</summary>
    /// <param name="file">The requested address.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="settings">The server, region and credentials of the request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">S3's error code; empty if the response has none, as in responses to HEAD.</param>
    /// <param name="otherRegion">The region that the response names.</param>
    /// <param name="retryAfter">The delay that the store requests.</param>
    internal static Exception? Of(string file, string bucket, S3Settings settings, HttpStatusCode status, string code, string? otherRegion,
        TimeSpan? retryAfter)
    {
        string said = code.Length > 0 ? $"HTTP {(int)status}, {code}" : $"HTTP {(int)status}";
        string server = settings.Endpoint is { } endpoint ? endpoint.GetLeftPart(UriPartial.Authority) : "Amazon S3";
        return (status, code) switch
        {
            (_, "NoSuchBucket") => new StoreException(StoreFault.NotFound, file, $"there is no bucket '{bucket}' at {server} ({said})",
                "Check the bucket's name and AWS_ENDPOINT_URL_S3"),
            (_, "NoSuchKey") => new FileNotFoundException($"There is no object '{file}' at {server} ({said}).", file),
            (_, "NoSuchUpload") => new StoreException(StoreFault.Changed, file,
                $"another process ended the upload of this file ({said}): a second copy to the same place, resumed while this one ran",
                "Let one of them complete, then resume the copy to check its files"),
            (_, "InvalidAccessKeyId" or "SignatureDoesNotMatch") =>
                Denied("does not accept these credentials",
                    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that AWS_PROFILE names"),
            (_, "ExpiredToken") =>
                Denied("rejects these credentials: their session has expired", "Get new credentials (AWS_SESSION_TOKEN), or log in again"),
            (_, "InvalidToken") => Denied("rejects the session token of these credentials: it is malformed, or of another service",
                "Set AWS_SESSION_TOKEN to the complete token that belongs to AWS_ACCESS_KEY_ID, or unset it for keys without a session"),
            (_, "InvalidObjectState") => Denied("does not return this object, because it is archived",
                "Restore it first ('aws s3api restore-object', or S3 Batch Operations for many), and try again when it is restored"),
            (_, "RequestTimeTooSkewed") => Denied("rejects requests because of this machine's clock", "Set the machine's clock"),
            (_, "QuotaExceeded") => new StoreException(StoreFault.Denied, file,
                $"the storage quota of this user at {server} is exhausted ({said})",
                "Delete objects that are no longer needed, or request a larger quota"),
            (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, _) => settings.Credentials is null
                ? Denied("denies access without credentials",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and unset AWS_NO_SIGN_REQUEST; if the bucket is public, check the "
                    + "address: without leave to list it, S3 returns the same error for a missing object")
                : Denied("denies access", "Check that the credentials are correct and allow reading (to list: s3:ListBucket, to write: "
                    + "s3:PutObject) here; without s3:ListBucket S3 returns the same error for a missing object"),
            (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.BadRequest, _)
                when (otherRegion is not null && otherRegion != settings.Region)
                    || code is "PermanentRedirect" or "AuthorizationHeaderMalformed" =>
                new StoreException(StoreFault.BadSettings, file, $"the bucket '{bucket}' is not in region '{settings.Region}' ({said})",
                    otherRegion is null ? "Set AWS_REGION to the bucket's region" : $"Set AWS_REGION={otherRegion}"),
            (_, "SlowDown" or "ServiceUnavailable" or "Throttling" or "RequestLimitExceeded") =>
                new TransientException(StoreFault.Throttled, $"the store limits the request rate ({said})", retryAfter),
            (_, "RequestTimeout" or "InternalError") =>
                new TransientException(StoreFault.Unreachable, $"the store failed ({said})", retryAfter),
            _ => null,
        };

        StoreException Denied(string finding, string remedy) => new(StoreFault.Denied, file, $"{server} {finding} ({said})", remedy);
    }
}
