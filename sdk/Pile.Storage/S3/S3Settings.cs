using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Pile.Storage;

/// <summary>Where S3 is and who asks: from the standard environment variables, then the profile files, as the AWS tools have them.</summary>
/// <param name="Region">The region to sign for.</param>
/// <param name="Endpoint">The server; null for Amazon's own.</param>
/// <param name="Credentials">Who asks; null for nobody, which public buckets allow.</param>
internal sealed record S3Settings(string Region, Uri? Endpoint, AWSCredentials? Credentials)
{
    private const string DefaultRegion = "us-east-1";

    internal static S3Settings FromEnvironment(string address)
    {
        CredentialProfile? profile = Profile(address);
        string region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? profile?.Region?.SystemName ?? DefaultRegion;
        string? endpoint = Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL") ?? profile?.EndpointUrl;
        Uri? uri = null;
        if (endpoint is not null && (!Uri.TryCreate(endpoint.TrimEnd('/'), UriKind.Absolute, out uri) || uri.Scheme is not ("http" or "https")))
            throw new StoreException(StoreFault.BadSettings, address, $"AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) is '{endpoint}', which is no http(s):// address", "Set it to the server's address, or unset it for Amazon's own S3");
        return new S3Settings(region, uri, IsAnonymous ? null : Find(address));
    }

    // As GDAL and others name it: without credentials the SDK would look for them in the network, for seconds.
    private static bool IsAnonymous => Variable("AWS_NO_SIGN_REQUEST")?.ToUpperInvariant() is "YES" or "TRUE" or "1" or "ON";

    private static AWSCredentials Find(string address)
    {
        try
        {
            return FallbackCredentialsFactory.GetCredentials();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or InvalidOperationException or ArgumentException)
        {
            throw NoCredentials(address, e);
        }
    }

    internal static StoreException NoCredentials(string address, Exception e) => new(StoreFault.Denied, address, "no S3 credentials were found",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or for a public bucket AWS_NO_SIGN_REQUEST=YES", e);

    private static CredentialProfile? Profile(string address)
    {
        string? name = Variable("AWS_PROFILE");
        if (new CredentialProfileStoreChain(Variable("AWS_SHARED_CREDENTIALS_FILE")).TryGetProfile(name ?? "default", out CredentialProfile profile))
            return profile;
        return name is null || Variable("AWS_ACCESS_KEY_ID") is not null ? null
            : throw new StoreException(StoreFault.BadSettings, address, $"AWS_PROFILE names the profile '{name}', which ~/.aws does not have", "Correct the name, or unset AWS_PROFILE");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
