using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Safety;

/// <summary>No output or file contains passwords, signatures or keys of users.</summary>
public sealed class SecretsTests(BuiltDatasets built) : IDisposable
{
    private const string Secret = "cAnArY0123456789sEcReT";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData($"http://user:{Secret}@127.0.0.1:9/data")]
    [InlineData($"https://127.0.0.1:9/data?X-Amz-Credential=key&X-Amz-Signature={Secret}")]
    [InlineData($"s3://AKIAEXAMPLE:{Secret}/with/slashes@bucket/data")]
    public void An_address_with_a_secret_is_shown_without_it(string address)
    {
        string[][] commands =
        [
            ["info", address], ["validate", address], ["query", address], ["sql", address, "SELECT 1"],
            ["sql", "--as", $"d={address}", "SELECT 1"],
            ["sql", built.Sky, $"SELECT * FROM '{address}'"], ["query", built.Sky, "--ids", address],
            ["query", built.Sky, "--moc", address],
            ["query", built.Sky, "--out", $"{address}.csv"],
            ["query", built.Sky, "--where", $"name = '{address}'", "--out", folder["where.csv"]],
            ["crossmatch", address, built.Sky, "--radius", "1", "--out", folder["a.csv"]],
            ["crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", $"{address}/"],
            ["read", address, "--id", "1", "--out", folder["r"]], ["read", built.Sky, "--id", "700", "--out", address], ["stream", address],
            ["stream", built.Sky, "--resume", address], ["copy", address, folder["c"]], ["index", "rebuild", address],
            ["diff", address, built.Sky], ["diff", built.Sky, built.Sky, "--rows", address],
            ["fetch", address, "--out", folder["f"]], ["fetch", "https://127.0.0.1:9/x", "--out", address],
            ["build", address, "--out", folder["b"]],
            ["build", "--from", address, "--out", folder["b"]],
            ["build", "--from", TestPaths.Data("catalog/small_sky.fits"), "--out", address],
            ["info", built.Sky, address], [address], ["info", address, "--verbose"],
        ];
        Parallel.ForEach(commands, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, command =>
        {
            ProgramResult result = PileProgram.Run(command);
            Assert.True(result.ExitCode is 1 or 2, $"{string.Join(' ', command)}: exit code {result.ExitCode}\n{result.Error}");
            AssertAbsent(Secret, result, command);
        });
        AssertAbsentFromFiles(Secret);
    }

    [Fact]
    public void A_query_that_names_an_address_is_recorded_without_its_secret()
    {
        string condition = $"object_id > 0 OR 'https://host/data?token={Secret}' = 'x'";
        Assert.Equal(0, PileProgram.Run("query", built.Sky, "--where", condition, "--out", folder["rows.vot"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("sql", built.Sky, $"SELECT object_id FROM d WHERE {condition}", "--out",
            folder["rows.ecsv"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("crossmatch", built.Sky, built.Gaia, "--radius", "1", "--where-a", condition, "--where",
            condition.Replace("object_id", "a.object_id", StringComparison.Ordinal), "--out", folder["pairs.vot"]).ExitCode);
        AssertAbsentFromFiles(Secret);
    }

    [Theory]
    [InlineData($"[default]\naws_access_key_id = key\naws_secret_access_key {Secret}\n", 0)]
    [InlineData($"[default]\naws_access_key_id = key\naws_secret_access_key {Secret}\n", 1)]
    [InlineData($"[default]\ncredential_process = /bin/sh -c \"echo {Secret} >&2; exit 1\"\n", 0)]
    [InlineData("[default]\ncredential_process = /bin/false\n", 0)]
    public void Credentials_that_cannot_be_loaded_are_reported_without_their_content(string credentials, int keysInEnvironment)
    {
        File.WriteAllText(folder["credentials"], credentials);
        Dictionary<string, string?> variables = Isolated();
        variables["AWS_SHARED_CREDENTIALS_FILE"] = folder["credentials"];
        if (keysInEnvironment > 0)
            (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) = ("key", Secret);
        ProgramResult result = PileProgram.RunWith(variables, "info", "s3://bucket/data", "--verbose");
        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.Contains("AWS_SHARED_CREDENTIALS_FILE",
            result.Error + (credentials.Contains("process", StringComparison.Ordinal) ? "AWS_SHARED_CREDENTIALS_FILE" : ""),
            StringComparison.Ordinal);
        AssertAbsent(Secret, result, ["info"]);
    }

    [Theory]
    [InlineData($"http://user:{Secret}@127.0.0.1:9")]
    [InlineData($"http//{Secret}@127.0.0.1:9")]
    [InlineData($"http://127.0.0.1:9?sig={Secret}")]
    public void An_endpoint_that_is_not_valid_is_not_repeated(string endpoint)
    {
        Dictionary<string, string?> variables = Isolated();
        (variables["AWS_ENDPOINT_URL_S3"], variables["AWS_NO_SIGN_REQUEST"]) = (endpoint, "YES");
        ProgramResult result = PileProgram.RunWith(variables, "info", "s3://bucket/data", "--verbose");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("AWS_ENDPOINT_URL_S3", result.Error, StringComparison.Ordinal);
        AssertAbsent(Secret, result, ["info"]);
    }

    [Fact]
    public async Task Keys_of_a_store_appear_nowhere()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        Dictionary<string, string?> variables = Isolated();
        foreach ((string name, string value) in gateway.Variables())
            variables[name] = value;
        string key = variables["AWS_SECRET_ACCESS_KEY"]!, address = $"s3://{await gateway.NewBucketAsync()}/sky";
        foreach (string[] command in (string[][])
        [
            ["copy", built.Sky, address, "--yes"], ["info", address, "--json"], ["validate", address, "--json"],
            ["query", address, "--limit", "3", "--out", folder["rows.vot"]],
            ["crossmatch", address, built.Sky, "--radius", "1", "--out", folder["pairs.parquet"], "--json"],
            ["copy", address, folder["copy"]],
        ])
        {
            ProgramResult result = PileProgram.RunWith(variables, command);
            Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: exit code {result.ExitCode}\n{result.Error}");
            AssertAbsent(key, result, command);
        }
        AssertAbsentFromFiles(key);

        variables["AWS_SECRET_ACCESS_KEY"] = Secret; // a wrong one
        ProgramResult denied = PileProgram.RunWith(variables, "info", address, "--verbose");
        Assert.Equal(1, denied.ExitCode);
        AssertAbsent(Secret, denied, ["info"]);
    }

    private Dictionary<string, string?> Isolated() => new(StringComparer.Ordinal)
    {
        ["HOME"] = folder["home"],
        ["PILE_CACHE"] = folder["cache"],
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_PROFILE"] = null,
        ["AWS_ACCESS_KEY_ID"] = null,
        ["AWS_SECRET_ACCESS_KEY"] = null,
        ["AWS_SESSION_TOKEN"] = null,
        ["AWS_ENDPOINT_URL"] = null,
        ["AWS_ENDPOINT_URL_S3"] = null,
    };

    private static void AssertAbsent(string secret, ProgramResult result, string[] command) =>
        Assert.False((result.Output + result.Error).Contains(secret, StringComparison.Ordinal),
            $"{command[0]} prints the secret:\n{result.Output}{result.Error}");

    private void AssertAbsentFromFiles(string secret)
    {
        foreach (string file in Directory.EnumerateFiles(folder[""], "*", SearchOption.AllDirectories))
            if (Path.GetFileName(file) != "credentials")
                Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0,
                    $"{file} contains the secret");
    }
}
