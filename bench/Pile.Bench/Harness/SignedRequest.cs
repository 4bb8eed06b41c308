using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Pile.Bench.Harness;

/// <summary>Creates signed requests without a body, with as little work as possible: the limit with which S3 clients are
/// compared.</summary>
/// <remarks>Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".</remarks>
internal static class SignedRequest
{
    private const string Payload = "UNSIGNED-PAYLOAD";

    private static readonly string AccessKey = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID")!,
        Region = Environment.GetEnvironmentVariable("AWS_REGION")!;
    private static readonly string Day = DateTime.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        Scope = $"{Day}/{Region}/s3/aws4_request";
    private static readonly byte[] Key = KeyOf(Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY")!);

    /// <summary>Creates a request for a range, or for the whole object if there is no first byte.</summary>
    internal static HttpRequestMessage Of(HttpMethod method, Uri uri, long? firstByte = null, int bytes = 0)
    {
        HttpRequestMessage request = new(method, uri);
        string stamp = $"{Day}T{DateTime.UtcNow:HHmmss}Z", range = "", signed = "host;x-amz-content-sha256;x-amz-date";
        if (firstByte is { } first)
        {
            request.Headers.Range = new RangeHeaderValue(first, first + bytes - 1);
            range = $"range:bytes={first}-{first + bytes - 1}\n";
            signed = "host;range;x-amz-content-sha256;x-amz-date";
        }
        string canonical =
            $"{method.Method}\n{uri.AbsolutePath}\n\nhost:{uri.Authority}\n{range}x-amz-content-sha256:{Payload}\n"
            + $"x-amz-date:{stamp}\n\n{signed}\n{Payload}";
        string toSign =
            $"AWS4-HMAC-SHA256\n{stamp}\n{Scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)))}";
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", Payload);
        request.Headers.TryAddWithoutValidation("x-amz-date", stamp);
        request.Headers.TryAddWithoutValidation("Authorization",
            $"AWS4-HMAC-SHA256 Credential={AccessKey}/{Scope}, SignedHeaders={signed}, Signature={signature}");
        return request;
    }

    private static byte[] KeyOf(string secret)
    {
        byte[] key = Encoding.ASCII.GetBytes($"AWS4{secret}");
        foreach (string part in (string[])[Day, Region, "s3", "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(part));
        return key;
    }
}
