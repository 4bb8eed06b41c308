using System.Diagnostics;
using Pile.Storage;

namespace Pile.Bench.Harness;

/// <summary>The S3 server of the tests (Ceph) on the loopback, with its objects on the disk. It stops at the latest with this
/// process.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private const string Script = "tests/services/s3-gateway.sh", Bucket = "bench";

    private readonly string folder;

    private Gateway(string folder, Uri endpoint) => (this.folder, Endpoint) = (folder, endpoint);

    /// <summary>The address of the server.</summary>
    internal Uri Endpoint { get; }

    /// <summary>Fails if Ceph is not installed.</summary>
    internal static void Require()
    {
        if (!File.Exists("/usr/bin/radosgw"))
            throw new BenchFailedException("the S3 server is missing: run 'make setup', which installs Ceph.");
    }

    /// <summary>Starts a server with a bucket, and sets the environment variables with its address for this process and its
    /// children.</summary>
    internal static async Task<Gateway> StartAsync()
    {
        Progress.Say("  starting the S3 gateway");
        string made = Directory.CreateTempSubdirectory("pile-bench-s3-").FullName;
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(Folders.Root, Script), ["start", made])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["S3_STORE"] = "disk", ["S3_SIZE_GB"] = "10", ["S3_OWNER_PID"] = $"{Environment.ProcessId}" },
        })!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new BenchFailedException("the S3 server does not start.");
        foreach (string line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Environment.SetEnvironmentVariable(line[..line.IndexOf('=', StringComparison.Ordinal)],
                line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        foreach (string variable in (string[])["NO_PROXY", "no_proxy"])
            Environment.SetEnvironmentVariable(variable, "127.0.0.1");
        Gateway gateway = new(made, new Uri(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")!));
        using HttpClient client = new();
        using HttpRequestMessage put = SignedRequest.Of(HttpMethod.Put, new Uri(gateway.Endpoint, $"/{Bucket}"));
        using HttpResponseMessage answer = await client.SendAsync(put);
        return answer.IsSuccessStatusCode ? gateway
            : throw new BenchFailedException($"the S3 server did not create the bucket: {answer.StatusCode}.");
    }

    /// <summary>Uploads a file, or all files of a folder, to a prefix of the bucket.</summary>
    internal static async Task PutAsync(string localPath, string prefix)
    {
        Progress.Say($"  uploading {Path.GetRelativePath(Folders.Root, localPath)} to {AddressOf(prefix)}");
        IFileStore store = FileStore.For(AddressOf(prefix));
        bool isFile = File.Exists(localPath);
        foreach (string file in isFile ? [localPath] : Directory.EnumerateFiles(localPath, "*", SearchOption.AllDirectories))
        {
            await using FileStream content = File.OpenRead(file);
            await store.PutAsync(isFile ? Path.GetFileName(file) : Path.GetRelativePath(localPath, file), content);
        }
    }

    /// <summary>Returns the address of a prefix of the bucket.</summary>
    internal static string AddressOf(string prefix) => $"s3://{Bucket}/{prefix}";

    /// <summary>Returns the HTTP address of an object.</summary>
    internal static Uri UriOf(Uri endpoint, string key) => new(endpoint, $"/{Bucket}/{key}");

    public async ValueTask DisposeAsync()
    {
        using Process process = Process.Start(Path.Combine(Folders.Root, Script), ["stop", folder]);
        await process.WaitForExitAsync();
    }
}
