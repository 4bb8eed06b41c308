using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Pile.TestKit;

namespace Pile.TestServices;

/// <summary>A real S3 server (Ceph) on the loopback: one for each test process, started by the first test that uses it and stopped with the
/// process.</summary>
public sealed class S3Gateway
{
    private static readonly Lazy<Task<S3Gateway>> Shared = new(StartAsync);

    private S3Gateway(IReadOnlyDictionary<string, string> settings)
    {
        Endpoint = new Uri(settings["AWS_ENDPOINT_URL"]);
        (AccessKey, SecretKey) = (settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"]);
        (StrangerAccessKey, StrangerSecretKey) = (settings["STRANGER_ACCESS_KEY_ID"], settings["STRANGER_SECRET_ACCESS_KEY"]);
        Client = new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey),
            new AmazonS3Config
            {
                ServiceURL = Endpoint.AbsoluteUri,
                ForcePathStyle = true,
                AuthenticationRegion = Region,
                // Ceph 16 does not know the checksums that the SDK adds.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            });
    }

    /// <summary>The region that requests are signed for.</summary>
    public static string Region => "us-east-1";

    /// <summary>The address of the server.</summary>
    public Uri Endpoint { get; }

    /// <summary>The access key of the owner of the buckets.</summary>
    public string AccessKey { get; }

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    public string SecretKey { get; }

    /// <summary>The access key of a user without permissions for these buckets.</summary>
    public string StrangerAccessKey { get; }

    /// <summary>The secret of <see cref="StrangerAccessKey"/>.</summary>
    public string StrangerSecretKey { get; }

    /// <summary>Amazon's client, with which tests read and write independently of the code under test.</summary>
    public AmazonS3Client Client { get; }

    /// <summary>The gateway of this process.</summary>
    /// <exception cref="InvalidOperationException">The gateway does not start. The message names what is missing.</exception>
    public static Task<S3Gateway> SharedAsync() => Shared.Value;

    /// <summary>Returns the environment variables with which a program uses the gateway.</summary>
    /// <param name="endpoint">Another address, such as that of a proxy; null for the gateway's own.</param>
    public IReadOnlyDictionary<string, string> Variables(Uri? endpoint = null) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ENDPOINT_URL_S3"] = (endpoint ?? Endpoint).GetLeftPart(UriPartial.Authority),
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["AWS_REGION"] = Region,
    };

    /// <summary>Makes this process use the gateway, for tests that open addresses without settings.</summary>
    public void UseHere()
    {
        foreach ((string name, string value) in Variables())
            Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>Creates a bucket with a unique name.</summary>
    public async Task<string> NewBucketAsync()
    {
        string bucket = $"pile-{Guid.NewGuid():N}";
        await Client.PutBucketAsync(bucket).ConfigureAwait(false);
        return bucket;
    }

    /// <summary>Writes bytes to an object.</summary>
    public Task PutAsync(string bucket, string key, byte[] bytes) =>
        Client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = new MemoryStream(bytes) });

    /// <summary>Uploads every file of a folder to a prefix.</summary>
    public async Task PutFolderAsync(string bucket, string prefix, string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            await Client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = bucket,
                Key = $"{prefix}/{Path.GetRelativePath(folder, file)}",
                FilePath = file
            }).ConfigureAwait(false);
    }

    // The test projects of a run share one server, which eng/test.sh ends; a project that runs alone has its own.
    private static async Task<S3Gateway> StartAsync()
    {
        if (TestRun.Folder is not { } run)
        {
            string own = Directory.CreateTempSubdirectory("pile-s3-").FullName;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Run("stop", own, Environment.ProcessId).WaitForExit(10_000);
            return new S3Gateway(Settings(await StartAsync(own, Environment.ProcessId).ConfigureAwait(false)));
        }
        string settings = Path.Combine(run, "s3-settings");
        using FileStream starting = await TestRun.LockAsync("s3").ConfigureAwait(false);
        if (!File.Exists(settings))
            await File.WriteAllTextAsync(settings, await StartAsync(Path.Combine(run, "s3"), TestRun.ProcessId).ConfigureAwait(false))
                .ConfigureAwait(false);
        return new S3Gateway(Settings(await File.ReadAllTextAsync(settings).ConfigureAwait(false)));
    }

    private static async Task<string> StartAsync(string folder, int ownerProcessId)
    {
        using Process process = Run("start", folder, ownerProcessId);
        Task<string> said = process.StandardOutput.ReadToEndAsync(), complained = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? await said.ConfigureAwait(false)
            : throw new InvalidOperationException($"The S3 gateway of the tests does not start: {await complained.ConfigureAwait(false)}");
    }

    private static Dictionary<string, string> Settings(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);

    private static Process Run(string verb, string folder, int ownerProcessId)
    {
        ProcessStartInfo start = new(Path.Combine(TestPaths.Root, "tests", "services", "s3-gateway.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.ArgumentList.Add(verb);
        start.ArgumentList.Add(folder);
        start.Environment["S3_OWNER_PID"] = ownerProcessId.ToString();
        start.Environment["S3_SIZE_GB"] = "12"; // in memory, as far as it is used
        return Process.Start(start)!;
    }
}
