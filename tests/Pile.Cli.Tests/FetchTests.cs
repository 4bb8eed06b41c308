using System.Diagnostics;
using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary><c>pile fetch</c> from real servers that fail in many ways; <c>sha256sum</c> computes the expected checksums.</summary>
public sealed class FetchTests : IAsyncDisposable
{
    private const int RangeBytes = 8 << 20, LargeBytes = 5 * RangeBytes / 2;

    private readonly TemporaryFolder folder = new();
    private readonly FileServer server;
    private readonly FaultProxy proxy;

    public FetchTests()
    {
        Directory.CreateDirectory(folder["served"]);
        server = new FileServer(folder["served"]);
        proxy = new FaultProxy(server.Address);
    }

    private string Out => folder["out"];

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public void Files_are_named_verified_and_listed()
    {
        string[] names = ["a.fits", "spec é 1.csv", "empty", "large.bin"];
        for (int i = 0; i < names.Length; i++)
            Serve(names[i], i == 3 ? LargeBytes : i == 2 ? 0 : 1000 + i, seed: i);
        string[] addresses = [.. names.Select(n => $"{server.Address}{Uri.EscapeDataString(n)}{(n[0] == 'a' ? "?download=1" : "")}")];
        ProgramResult first = PileProgram.Run(["fetch", .. addresses[1..], "--out", Out]);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(names[1..].Select((n, i) => $"{Sha256(folder[$"served/{n}"])}  {addresses[i + 1]}"),
            first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(names[1..].Order(StringComparer.Ordinal), Files());
        foreach (string name in names[1..])
            Assert.Equal(Sha256(folder[$"served/{name}"]), Sha256(Path.Combine(Out, name)));

        // The output is a list, and what exists is not fetched again.
        File.WriteAllText(folder["list"], first.Output + $"{Sha256(folder["served/a.fits"]).ToUpperInvariant()} *{addresses[0]}\n");
        JsonElement second = PileProgram.RunToJson("fetch", "--list", folder["list"], "--out", Out);
        Assert.Equal(["skipped", "skipped", "skipped", "fetched"], second.GetProperty("files").EnumerateArray()
            .Select(f => f.GetProperty("status").GetString()));
        Assert.Equal((1000, 3, 0), (second.GetProperty("bytes").GetInt32(), second.GetProperty("skipped").GetInt32(),
            second.GetProperty("failed").GetInt32()));
        Assert.Equal(names.Order(StringComparer.Ordinal), Files());
    }

    [Fact]
    public void Addresses_whose_query_string_was_replaced_are_rejected()
    {
        Serve("b.txt", 10, seed: 1);
        ProgramResult first = PileProgram.Run("fetch", $"{server.Address}b.txt?id=7", "--out", Out);
        Assert.EndsWith("b.txt?***\n", first.Output, StringComparison.Ordinal);
        File.WriteAllText(folder["list"], first.Output);
        string error = PileProgram.RunToError(2, "fetch", "--list", folder["list"], "--out", folder["again"]);
        Assert.Contains("b.txt?***': its query string was replaced by ***", error, StringComparison.Ordinal);
        Assert.Contains("Write the complete address into ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_without_lines_and_standard_output_are_rejected()
    {
        ProgramResult empty = PileProgram.RunInShell("\"$0\" \"$@\" < /dev/null", "fetch", "--list", "-", "--out", Out);
        Assert.Equal((2, "pile: --list -: standard input has no lines. Check the command that writes to it."),
            (empty.ExitCode, empty.Error.Trim()));
        File.WriteAllText(folder["list"], "\n");
        Assert.Contains("the file has no lines", PileProgram.RunToError(2, "fetch", "--list", folder["list"], "--out", Out),
            StringComparison.Ordinal);
        Assert.Contains("--out -: this result cannot be written to standard output",
            PileProgram.RunToError(2, "fetch", $"{server.Address}a.fits", "--out", "-"), StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    public void Cut_connections_are_continued()
    {
        Serve("large.bin", LargeBytes);
        proxy.Plan = (request, number) => request.Method == "GET" && number < 6 ? new Fault { CutAfter = 100_000 * number } : null;
        Fetch(0, "large.bin");
        Assert.Equal(Sha256(folder["served/large.bin"]), Sha256(Path.Combine(Out, "large.bin")));
        Assert.True(proxy.Requests.Count > 5);
        Assert.All(proxy.Requests.Where(r => r.Method == "GET"), r => Assert.NotNull(r["If-Match"]));
    }

    [Fact]
    public async Task A_server_without_ranges_or_without_HEAD_is_enough()
    {
        Serve("large.bin", LargeBytes);
        await using FileServer simple = new(folder["served"], supportsRanges: false);
        Assert.Equal(0, PileProgram.Run("fetch", $"{simple.Address}large.bin", "--out", Out).ExitCode);
        proxy.Plan = (request, _) => request.Method == "HEAD" ? new Fault { Status = 405 } : null;
        Assert.Equal(0, PileProgram.Run("fetch", $"{proxy.Address}large.bin", "--out", folder["other"]).ExitCode);
        string expected = Sha256(folder["served/large.bin"]);
        Assert.Equal((expected, expected), (Sha256(Path.Combine(Out, "large.bin")), Sha256(folder["other/large.bin"])));
        Assert.Equal(["large.bin"], Files());
    }

    [Fact]
    public void Only_missing_and_damaged_ranges_are_fetched_again()
    {
        Serve("large.bin", LargeBytes);
        proxy.Plan = (request, _) => request["Range"]?.StartsWith($"bytes={2 * RangeBytes}-", StringComparison.Ordinal) == true
            ? new Fault { Status = 403 } : null;
        Assert.Contains("denies access", Fetch(1, "large.bin", "--workers", "1").Error, StringComparison.Ordinal);
        Assert.Equal(["large.bin.part", "large.bin.part.ranges"], Files());
        using (FileStream part = File.Open(Path.Combine(Out, "large.bin.part"), FileMode.Open))
        {
            part.Position = RangeBytes + 5;
            int value = part.ReadByte();
            part.Position--;
            part.WriteByte((byte)(value ^ 1));
        }
        File.AppendAllText(Path.Combine(Out, "large.bin.part.ranges"), "2 0123"); // a line that was not written completely
        proxy.Plan = (_, _) => null;
        proxy.Requests.Clear();
        Fetch(0, "large.bin", "--workers", "1");
        Assert.Equal([$"bytes={RangeBytes}-{2 * RangeBytes - 1}", $"bytes={2 * RangeBytes}-{LargeBytes - 1}"],
            proxy.Requests.Where(r => r.Method == "GET").Select(r => r["Range"]!));
        Assert.Equal(Sha256(folder["served/large.bin"]), Sha256(Path.Combine(Out, "large.bin")));
        Assert.Equal(["large.bin"], Files());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public void An_interrupted_download_continues(string signal, int exitCode)
    {
        Serve("large.bin", LargeBytes);
        proxy.Plan = (request, _) => request["Range"]?.StartsWith("bytes=0-", StringComparison.Ordinal) == false
            ? new Fault { BytesPerSecond = 1000 } : null;
        string record = Path.Combine(Out, "large.bin.part.ranges");
        ProgramResult stopped = PileProgram.RunWithoutEngineAndSignal(signal,
            () => File.Exists(record) && File.ReadAllText(record).Contains("\n0 ", StringComparison.Ordinal),
            "fetch", $"{proxy.Address}large.bin", "--out", Out);
        Assert.Equal(exitCode, stopped.ExitCode);
        Assert.Equal(["large.bin.part", "large.bin.part.ranges"], Files());
        proxy.Plan = (_, _) => null;
        proxy.Requests.Clear();
        Fetch(0, "large.bin");
        Assert.DoesNotContain(proxy.Requests, r => r["Range"]?.StartsWith("bytes=0-", StringComparison.Ordinal) == true);
        Assert.Equal(Sha256(folder["served/large.bin"]), Sha256(Path.Combine(Out, "large.bin")));
        Assert.Equal(["large.bin"], Files());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_changes_is_fetched_from_the_start(bool betweenRuns)
    {
        Serve("large.bin", LargeBytes, seed: 1);
        int changed = 0;
        proxy.Plan = (request, _) =>
        {
            if (request["Range"] is not { } range || range.StartsWith("bytes=0-", StringComparison.Ordinal))
                return null;
            if (betweenRuns)
                return new Fault { Status = 403 };
            if (Interlocked.Exchange(ref changed, 1) == 0)
                Serve("large.bin", LargeBytes, seed: 2);
            return null;
        };
        ProgramResult first = Fetch(betweenRuns ? 1 : 0, "large.bin", "--workers", "1");
        if (betweenRuns)
        {
            Serve("large.bin", LargeBytes, seed: 2);
            proxy.Plan = (_, _) => null;
            Fetch(0, "large.bin");
        }
        else
            Assert.Contains("was changed on the server; the download starts again", first.Error, StringComparison.Ordinal);
        Assert.Equal(Sha256(folder["served/large.bin"]), Sha256(Path.Combine(Out, "large.bin")));
        Assert.Equal(["large.bin"], Files());
    }

    [Fact]
    public void Wrong_bytes_are_rejected_and_leave_nothing()
    {
        Serve("a.fits", 1000);
        Serve("large.bin", LargeBytes);
        proxy.Plan = (_, _) => new Fault { Bytes = (bytes, at) => bytes.Span[0] ^= (byte)(at == 0 ? 1 : 0) };
        ProgramResult result = PileProgram.Run("fetch", $"{proxy.Address}a.fits", $"{proxy.Address}large.bin", "--out", Out, "--sha256",
            Sha256(folder["served/a.fits"]), Sha256(folder["served/large.bin"]));
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains($"a.fits: the 1000 bytes have SHA-256 ", result.Error, StringComparison.Ordinal);
        Assert.Contains($", expected {Sha256(folder["served/large.bin"])}", result.Error, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void An_existing_file_is_kept_if_it_is_right_and_replaced_only_on_request()
    {
        Serve("a.fits", 1000);
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "a.fits"), "mine");
        string sha256 = Sha256(folder["served/a.fits"]);
        Assert.Contains("exists already. State its SHA-256 to keep it if it is right, or replace it with --replace.",
            Fetch(2, "a.fits").Error, StringComparison.Ordinal);
        Assert.Contains($", expected {sha256}. Remove it, or replace it with --replace.",
            Fetch(2, "a.fits", "--sha256", sha256).Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Out, "a.fits")));
        Assert.Empty(proxy.Requests);
        Fetch(0, "a.fits", "--sha256", sha256, "--replace");
        Assert.Equal(sha256, Sha256(Path.Combine(Out, "a.fits")));
        proxy.Requests.Clear();
        Fetch(0, "a.fits", "--sha256", sha256, "--replace");
        Assert.Empty(proxy.Requests);
        Fetch(0, "a.fits", "--replace");
        Assert.NotEmpty(proxy.Requests);
    }

    [Fact]
    public void A_missing_file_does_not_stop_the_others()
    {
        Serve("a.fits", 1000);
        ProgramResult result = PileProgram.Run("fetch", $"{server.Address}none.fits", $"{server.Address}a.fits", "--out", Out, "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"There is no file '{server.Address}none.fits' (HTTP 404)", result.Error, StringComparison.Ordinal);
        Assert.Equal(["failed", "fetched"], result.Json.GetProperty("files").EnumerateArray()
            .Select(f => f.GetProperty("status").GetString()));
        Assert.Equal(["a.fits"], Files());
    }

    [Fact]
    public async Task Redirects_are_followed_to_web_servers_only()
    {
        byte[] body = [1, 2, 3];
        await using RedirectServer other = new(body, _ => null);
        await using RedirectServer first = new(body, target => target == "/a.fits" ? $"{other.Address}b.fits?token=s3cret"
            : target == "/file" ? "file:///etc/hostname" : target + "x");
        Assert.Equal(0, PileProgram.Run("fetch", $"{first.Address}a.fits", "--out", Out).ExitCode);
        Assert.Equal(body, File.ReadAllBytes(Path.Combine(Out, "a.fits")));
        Assert.Contains("redirects more than 5 times", PileProgram.Run("fetch", $"{first.Address}loop", "--out", Out).Error,
            StringComparison.Ordinal);
        Assert.Contains("redirects to an address 'file:'", PileProgram.Run("fetch", $"{first.Address}file", "--out", Out).Error,
            StringComparison.Ordinal);
        Assert.Equal(["a.fits"], Files());
    }

    [Fact]
    public void The_encoding_of_a_compressed_file_is_that_of_the_file()
    {
        Serve("t.csv.gz", 1000);
        Serve("t.csv", 1000);
        proxy.Plan = (_, _) => new Fault { Head = head => head["Content-Encoding"] = "x-gzip" };
        Fetch(0, "t.csv.gz");
        Assert.Equal(Sha256(folder["served/t.csv.gz"]), Sha256(Path.Combine(Out, "t.csv.gz")));
        string error = Fetch(1, "t.csv").Error;
        Assert.Contains("encoded as 'x-gzip'", error, StringComparison.Ordinal);
        Assert.DoesNotContain("dataset", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_keeps_changing_is_fetched_by_the_same_command_again()
    {
        Serve("t.csv", 1000);
        int tag = 0;
        proxy.Plan = (_, _) => new Fault { Head = head => head["ETag"] = $"\"{Interlocked.Increment(ref tag)}\"" };
        string error = Fetch(1, "t.csv").Error;
        Assert.Contains("t.csv: the file was changed: its ETag ", error, StringComparison.Ordinal);
        Assert.Contains("Run the same command again", error, StringComparison.Ordinal);
        Assert.DoesNotContain("dataset", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_a_server_that_refuses_connections_names_that_server()
    {
        RedirectServer closed = new([], _ => null);
        Uri address = closed.Address;
        await closed.DisposeAsync();
        await using RedirectServer first = new([], _ => $"{address}b.fits?token=s3cret");
        string error = PileProgram.Run("fetch", $"{first.Address}a.fits", "--out", Out).Error;
        Assert.Contains($"a.fits: after a redirect to 'http://{address.Authority}', the server refused the connection", error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_may_fetch_the_same_file()
    {
        Serve("large.bin", LargeBytes);
        proxy.Plan = (_, _) => new Fault { Delay = TimeSpan.FromMilliseconds(200) };
        string sha256 = Sha256(folder["served/large.bin"]);
        ProgramResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => PileProgram.RunWith(
            new Dictionary<string, string?>(StringComparer.Ordinal), "fetch", $"{proxy.Address}large.bin", "--sha256", sha256, "--out",
            Out, "--json"))));
        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.Error));
        Assert.Equal(1, results.Count(r => r.Json.GetProperty("skipped").GetInt32() == 0));
        Assert.Equal(sha256, Sha256(Path.Combine(Out, "large.bin")));
        Assert.Equal(["large.bin"], Files());
    }

    [Fact]
    public async Task Objects_of_a_bucket_are_fetched_with_the_credentials_of_the_environment()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        string bucket = await gateway.NewBucketAsync();
        Serve("large.bin", LargeBytes);
        await gateway.PutFolderAsync(bucket, "a b/c", folder["served"]);
        Dictionary<string, string?> variables = gateway.Variables().ToDictionary(v => v.Key, v => (string?)v.Value, StringComparer.Ordinal);
        ProgramResult result = PileProgram.RunWith(variables, "fetch", $"s3://{bucket}/a b/c/large.bin", "--out", Out);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(Sha256(folder["served/large.bin"]), Sha256(Path.Combine(Out, "large.bin")));
        Assert.DoesNotContain(gateway.SecretKey, result.Error + result.Output, StringComparison.Ordinal);
        Assert.Equal(1, PileProgram.RunWith(variables, "fetch", $"s3://{bucket}/none", "--out", Out).ExitCode);
    }

    [Fact]
    public void Wrong_commands_send_no_request()
    {
        string address = $"{proxy.Address}a.fits";
        File.WriteAllText(folder["list"], $"{new string('a', 63)}  {address}\n");
        (string, string[])[] commands =
        [
            ("A URL, or a list of URLs", []),
            ("expected an address that begins with http", ["file:///etc/hostname"]),
            ("expected an address that begins with http", ["ftp://a.org/x"]),
            ("would both be written to", [address, $"{proxy.Address}sub/a.fits?x=1"]),
            ("does not end with the name of a file", [$"{proxy.Address}sub/..%2f"]),
            ("--sha256 has 1 checksums for 2 URLs", [address, $"{address}2", "--sha256", new string('a', 64)]),
            ("expected 64 hexadecimal digits", [address, "--sha256", "abc"]),
            ("entry 1: expected 64 hexadecimal digits, two blanks and a URL", ["--list", folder["list"]]),
            ("does not exist", ["--list", folder["nothing"]]),
            ("contains a user name, a password", ["http://user:pa55word@127.0.0.1/x"]),
        ];
        foreach ((string message, string[] arguments) in commands)
        {
            string error = PileProgram.RunToError(2, ["fetch", .. arguments, "--out", Out]);
            Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("pa55word", error, StringComparison.Ordinal);
        }
        Assert.Empty(proxy.Requests);
        Assert.False(Directory.Exists(Out));
    }

    private static string Sha256(string path)
    {
        ProcessStartInfo start = new("/usr/bin/sha256sum") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(path);
        using Process process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Split(' ')[0].TrimStart('\\');
    }

    private void Serve(string name, int bytes, int seed = 0)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        string aside = folder[$"aside-{seed}"];
        File.WriteAllBytes(aside, content);
        File.Move(aside, folder[$"served/{name}"], overwrite: true);
    }

    private string[] Files() => Directory.Exists(Out)
        ? [.. Directory.EnumerateFiles(Out).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)] : [];

    private ProgramResult Fetch(int exitCode, string name, params string[] more)
    {
        ProgramResult result = PileProgram.Run(["fetch", $"{proxy.Address}{name}", "--out", Out, .. more]);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result;
    }
}
