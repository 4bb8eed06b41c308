using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Pile.Format;

namespace Pile.Storage;

/// <summary>The server and credentials for S3, from the standard environment
/// variables, then from the profile files, as in the AWS tools.</summary>
/// <param name="Region">The region to sign for.</param>
/// <param name="Endpoint">The server; null for Amazon's own.</param>
/// <param name="Credentials">The credentials; null for anonymous access, which public buckets allow.</param>
internal sealed record S3Settings(string Region, Uri? Endpoint, AWSCredentials? Credentials)
{
    private const string DefaultRegion = "us-east-1";
    private const long MaxProfileBytes = 16 << 20;

    internal static S3Settings FromEnvironment(string address)
    {
        CredentialProfile? profile = Profile(address);
        string region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? profile?.Region?.SystemName ?? DefaultRegion;
        string? endpoint = Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL") ?? profile?.EndpointUrl;
        return new S3Settings(region, endpoint is null ? null : ServerAt(endpoint, address), IsAnonymous ? null : Find(address));
    }

    // The value is not repeated in the message, because it may contain a password.
    private static Uri ServerAt(string endpoint, string address) =>
        Uri.TryCreate(endpoint.TrimEnd('/'), UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && uri.Query.Length == 0 && uri.Fragment.Length == 0 ? uri
            : throw new StoreException(StoreFault.BadSettings, address,
                "AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL, or endpoint_url of the profile) is not a valid address",
                "Set it to http(s)://server[:port], without a user name, a password or a query string, or unset it for Amazon's own S3");

    // The variable of GDAL and others. Without it the SDK would search the network for credentials, which takes seconds.
    private static bool IsAnonymous => Variable("AWS_NO_SIGN_REQUEST")?.ToUpperInvariant() is "YES" or "TRUE" or "1" or "ON";

    // The AWS SDK takes those of the profile before those of the environment; the AWS tools do not.
    private static AWSCredentials Find(string address)
    {
        if (Variable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_ACCESSKEY) is not null)
            return Variable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_SECRETKEY) is not null
                ? new EnvironmentVariablesAWSCredentials()
                : throw new StoreException(StoreFault.BadSettings, address, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
                    "Set both, or unset AWS_ACCESS_KEY_ID for the credentials of the profile");
        return new CredentialsOnRequest(address);
    }

    // Without the exception of the AWS SDK: its message may repeat a line of the credentials file, or the output of a credential process.
    internal static StoreException NoCredentials(string address) => new(StoreFault.Denied, address,
        "no S3 credentials were found, or they cannot be loaded",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a valid profile (check credential_process, if it has one), or "
            + "for a public bucket AWS_NO_SIGN_REQUEST=YES");

    private static CredentialProfile? Profile(string address)
    {
        string? name = Variable("AWS_PROFILE"), given = Variable("AWS_SHARED_CREDENTIALS_FILE");
        string credentialsFile = given ?? HomeFile("credentials"), configFile = Variable("AWS_CONFIG_FILE") ?? HomeFile("config");
        RequireReadable(credentialsFile, address);
        RequireReadable(configFile, address);
        try
        {
            if (new CredentialProfileStoreChain(given).TryGetProfile(name ?? "default", out CredentialProfile profile))
                return profile;
        }
        catch (Exception)
        {
            // The exception of the AWS SDK repeats the line, which may be a key.
            throw new StoreException(StoreFault.BadSettings, address,
                $"the AWS credentials or configuration cannot be read: a line of '{credentialsFile}' or '{configFile}' is not valid",
                "Correct the file ([profile] sections with 'name = value' lines), or set AWS_SHARED_CREDENTIALS_FILE to another one");
        }
        return name is null || Variable("AWS_ACCESS_KEY_ID") is not null ? null
            : throw new StoreException(StoreFault.BadSettings, address,
                $"AWS_PROFILE names the profile '{name}', which ~/.aws does not have", "Correct the name, or unset AWS_PROFILE");
    }

    // Opening a pipe or device could block or never end. /dev/null is a common way to specify no file.
    private static void RequireReadable(string path, string address)
    {
        if (path != "/dev/null" && (RegularFile.IsSpecial(path) || new FileInfo(path) is { Exists: true, Length: > MaxProfileBytes }))
            throw new StoreException(StoreFault.BadSettings, address,
                $"'{path}' is not a regular file of at most {MaxProfileBytes >> 20} MiB",
                "Set AWS_SHARED_CREDENTIALS_FILE (or AWS_CONFIG_FILE) to the profile file");
    }

    private static string HomeFile(string name) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
