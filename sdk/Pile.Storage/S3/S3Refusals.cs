using System.Net;

namespace Pile.Storage;

/// <summary>What S3's error codes mean for whoever asked.</summary>
internal static class S3Refusals
{
    /// <summary>The exception for a refusal; null where the HTTP status says all there is.</summary>
    /// <param name="file">The address that was asked for.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="settings">Where it was looked for.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">S3's code; empty where there is none, as in answers to HEAD.</param>
    /// <param name="otherRegion">The region that the answer names.</param>
    /// <param name="retryAfter">How long the store wants to be left alone.</param>
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
            (_, "InvalidAccessKeyId" or "SignatureDoesNotMatch") =>
                Denied("does not know these credentials",
                    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that AWS_PROFILE names"),
            (_, "ExpiredToken" or "InvalidToken") =>
                Denied("no longer takes these credentials, their session has ended", "Get new ones (AWS_SESSION_TOKEN), or log in again"),
            (_, "RequestTimeTooSkewed") => Denied("refuses requests of this machine's clock", "Set the machine's clock right"),
            (_, "QuotaExceeded") => new StoreException(StoreFault.Denied, file, $"{server} has no room left for this user ({said})",
                "Delete what is no longer needed, or ask for more"),
            (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, _) => settings.Credentials is null
                ? Denied("denies access without credentials",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and unset AWS_NO_SIGN_REQUEST")
                : Denied("denies access", "Check that the credentials are right and may read (to list: s3:ListBucket, to write: "
                    + "s3:PutObject) here; without s3:ListBucket S3 also answers so where an object is missing"),
            (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.BadRequest, _)
                when otherRegion is not null || code is "PermanentRedirect" or "AuthorizationHeaderMalformed" =>
                new StoreException(StoreFault.BadSettings, file, $"the bucket '{bucket}' is not in region '{settings.Region}' ({said})",
                    otherRegion is null ? "Set AWS_REGION to the bucket's region" : $"Set AWS_REGION={otherRegion}"),
            (_, "SlowDown" or "ServiceUnavailable" or "Throttling" or "RequestLimitExceeded") =>
                new TransientException(StoreFault.Throttled, $"the store asks for fewer requests ({said})", retryAfter),
            (_, "RequestTimeout" or "InternalError") =>
                new TransientException(StoreFault.Unreachable, $"the store failed ({said})", retryAfter),
            _ => null,
        };

        StoreException Denied(string finding, string remedy) => new(StoreFault.Denied, file, $"{server} {finding} ({said})", remedy);
    }
}
