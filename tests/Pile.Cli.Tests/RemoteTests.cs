using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>Verbs that open datasets at s3:// and http:// addresses of real servers.</summary>
public sealed class RemoteTests(BuiltDatasets built) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private S3Gateway gateway = null!;
    private string bucket = "";
    private FaultProxy? proxy;
    private FileServer? server;

    public async ValueTask InitializeAsync()
    {
        gateway = await S3Gateway.SharedAsync();
        bucket = await gateway.NewBucketAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        if (proxy is not null)
            await proxy.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Returns the address of the dataset on a server of the given kind.</summary>
    private async Task<string> ServeAsync(string kind, string dataset)
    {
        if (kind == "http")
        {
            server ??= new FileServer(Path.GetDirectoryName(dataset)!);
            return $"{server.Address}{Path.GetFileName(dataset)}";
        }
        await gateway.PutFolderAsync(bucket, $"data/{Path.GetFileName(dataset)}", dataset);
        return $"s3://{bucket}/data/{Path.GetFileName(dataset)}";
    }

    private Dictionary<string, string?> Variables(Uri? endpoint = null)
    {
        Dictionary<string, string?> variables = new(StringComparer.Ordinal)
        {
            ["PILE_CACHE"] = folder["cache"],
            ["AWS_EC2_METADATA_DISABLED"] = "true"
        };
        foreach ((string name, string value) in gateway.Variables(endpoint))
            variables[name] = value;
        return variables;
    }

    private ProgramResult Run(params string[] arguments) => PileProgram.RunWith(Variables(), arguments);

    [Theory]
    [InlineData("small_sky")]
    [InlineData("small_sky_order1_collection")]
    public void A_remote_HATS_catalogue_is_validated_in_a_local_folder(string catalogue)
    {
        server = new FileServer(TestPaths.Data("catalog/hats-tree"));
        Assert.Contains($"'{server.Address}{catalogue}' is a HATS catalogue, which is validated in a local folder only",
            PileProgram.RunToError(2, "validate", $"{server.Address}{catalogue}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_folder_that_is_not_writable_is_named_with_its_setting()
    {
        Dictionary<string, string?> variables = Variables();
        variables["TMPDIR"] = "/sys"; // where root cannot create files either
        foreach (string verb in (string[])["query", "validate"])
            Assert.Equal("pile: The temporary folder '/sys' cannot be used: it is not writable (permission denied). Set TMPDIR to a "
                + "writable folder on a disk with free space.",
                Error(PileProgram.RunWith(variables, verb, await ServeAsync("http", built.Sky)), 1).Trim());
    }

    [Fact]
    public async Task Damage_of_a_remote_list_of_files_is_reported_at_its_address()
    {
        string copy = folder["damaged"];
        Directory.CreateDirectory(copy);
        foreach (string name in (string[])["pile.yaml", "files.parquet"])
            File.Copy(Path.Combine(built.Sky, name), Path.Combine(copy, name));
        byte[] list = await File.ReadAllBytesAsync(Path.Combine(copy, "files.parquet"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(copy, "files.parquet"), list[..(list.Length / 2)],
            TestContext.Current.CancellationToken);
        string address = await ServeAsync("http", copy);
        ProgramResult result = Run("validate", address);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{address}/files.parquet", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pile-validate-", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_table_as_a_side_of_a_match_is_an_error_that_says_what_to_do()
    {
        await gateway.PutAsync(bucket, "t.csv", "id,ra,dec\n1,2,3\n"u8.ToArray());
        ProgramResult result = Run("crossmatch", built.Sky, $"s3://{bucket}/t.csv", "--radius", "1", "--out", folder["pairs.csv"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("remote tables are not read", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("http")]
    public async Task Append_concat_and_export_read_datasets_of_a_server_as_those_of_a_folder(string kind)
    {
        string data = Directory.CreateDirectory(folder["data"]).FullName, a = Path.Combine(data, "a"), b = Path.Combine(data, "b");
        File.WriteAllText(folder["one.csv"], "id,ra,dec,mag\n1,10.5,20.5,3\n2,200.5,-20.5,4\n");
        File.WriteAllText(folder["two.csv"], "id,ra,dec,mag\n3,11.5,20.5,5\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: one.csv"));
        File.WriteAllText(folder["s.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: [one.csv, two.csv]"));
        Done(Run("build", folder["r.yaml"], "--out", a, "--set", "version=1"));
        Done(Run("build", "--from", folder["two.csv"], "--out", b, "--name", "b"));
        string remoteA = await ServeAsync(kind, a), remoteB = await ServeAsync(kind, b);

        Done(Run("build", folder["s.yaml"], "--append", remoteA, "--out", folder["appended"], "--set", "version=2"));
        Done(Run("build", folder["s.yaml"], "--out", folder["full"], "--set", "version=2"));
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["appended"]));

        Done(Run("concat", remoteA, remoteB, "--out", folder["remote"], "--name", "both"));
        Done(Run("concat", a, b, "--out", folder["local"], "--name", "both"));
        Assert.Equal(Fingerprint.Of(folder["local"]), Fingerprint.Of(folder["remote"]));

        Done(Run("export", remoteA, "--format", "hats", "--out", folder["hats"]));
        Done(Run("export", a, "--format", "hats", "--out", folder["localhats"]));
        Assert.Equal(Fingerprint.Of(folder["localhats"]), Fingerprint.Of(folder["hats"]));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("http")]
    public async Task Info_query_and_validate_of_a_remote_dataset_agree_with_a_folder(string kind)
    {
        string address = await ServeAsync(kind, built.Gaia);
        Assert.Equal(PileProgram.Run("info", built.Gaia, "--json").Output, Done(Run("info", address, "--json")).Output);
        string[] query = ["--where", "phot_g_mean_mag < 15", "--sort", "phot_g_mean_mag", "--limit", "50", "--json"];
        Assert.Equal(PileProgram.Run(["query", built.Gaia, .. query]).Output, Done(Run(["query", address, .. query])).Output);
        foreach (string[] deep in (string[][])[[], ["--deep"]])
        {
            JsonElement report = Done(Run(["validate", address, "--json", .. deep])).Json;
            Assert.True(report.GetProperty("valid").GetBoolean());
            Assert.Empty(report.GetProperty("findings").EnumerateArray());
        }
    }

    [Theory]
    [InlineData("s3", "npy")]
    [InlineData("s3", "fits", Traits = ["Run", "Long"])]
    [InlineData("s3", "png")]
    [InlineData("s3", "json", Traits = ["Run", "Long"])]
    [InlineData("http", "npy")]
    public async Task Rows_of_a_remote_dataset_give_the_same_files(string kind, string format)
    {
        string address = await ServeAsync(kind, built.Cutouts);
        string[] read = ["--where", "true", "--columns", "image_array", "--format", format, "--out"];
        Done(Run(["read", address, .. read, folder["remote"]]));
        Assert.Equal(0, PileProgram.Run(["read", built.Cutouts, .. read, folder["local"]]).ExitCode);
        string[] names = [.. Directory.EnumerateFiles(folder["local"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(names);
        Assert.Equal(names, Directory.EnumerateFiles(folder["remote"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        foreach (string name in names)
            Assert.Equal(File.ReadAllBytes(folder[$"local/{name}"]), File.ReadAllBytes(folder[$"remote/{name}"]));
    }

    [Fact]
    public async Task A_match_of_remote_datasets_agrees_with_a_local_match()
    {
        string address = await ServeAsync("s3", built.Gaia);
        Done(Run("crossmatch", address, address, "--radius", "20", "--out", folder["remote.csv"]));
        Assert.Equal(0, PileProgram.Run("crossmatch", built.Gaia, built.Gaia, "--radius", "20", "--out", folder["local.csv"]).ExitCode);
        Assert.Equal(await File.ReadAllTextAsync(folder["local.csv"], TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(folder["remote.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Opening_reads_the_manifest_and_a_query_reads_its_tiles_once()
    {
        string address = await ServeAsync("s3", built.Spectra);
        proxy = new FaultProxy(gateway.Endpoint);
        for (int i = 0; i < 2; i++)
        {
            Done(PileProgram.RunWith(Variables(proxy.Address), "query", address, "--columns", "object_id,z", "--json"));
            string[] asked = [.. proxy.Requests.Select(r => r.Target.Split('/', 5)[4])];
            proxy.Requests.Clear();
            // Requested at the same time: they arrive in any order.
            string[] opening = i == 0 ? ["files.parquet", "pile.yaml"] : ["pile.yaml"];
            Assert.Equal(opening, asked.Take(opening.Length).Order(StringComparer.Ordinal));
            if (i == 0)
                Assert.All(asked[2..], path => Assert.StartsWith("main/index/dataset/Norder",
                    path.Replace("%3D", "=", StringComparison.Ordinal), StringComparison.Ordinal));
            else
                Assert.Single(asked);
        }
    }

    [Fact]
    public async Task Many_processes_share_a_small_cache()
    {
        string address = await ServeAsync("s3", built.Gaia), other = await ServeAsync("s3", built.Sky);
        string[] expected = [PileProgram.Run("query", built.Gaia, "--json").Output, PileProgram.Run("query", built.Sky, "--json").Output];
        long largest = new[] { built.Gaia, built.Sky }.SelectMany(
            d => Directory.EnumerateFiles(d, "*.parquet", SearchOption.AllDirectories)).Max(f => new FileInfo(f).Length);
        Dictionary<string, string?> variables = Variables();
        variables["PILE_CACHE_LIMIT"] = $"{largest * 8}";
        ProgramResult[] results = await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(i => Task.Run(() => PileProgram.RunWith(variables, "query", i % 2 == 0 ? address : other, "--json"))));
        for (int i = 0; i < results.Length; i++)
            Assert.Equal(expected[i % 2], Done(results[i]).Output);
        variables["PILE_CACHE_LIMIT"] = "1KB";
        Assert.Contains("PILE_CACHE_LIMIT", Error(PileProgram.RunWith(variables, "query", address), 1), StringComparison.Ordinal);
        variables["PILE_CACHE_LIMIT"] = "much";
        Assert.Contains("'much' is not a valid size", Error(PileProgram.RunWith(variables, "query", address), 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remote_errors_are_reported_without_secrets()
    {
        string address = await ServeAsync("s3", built.Sky);
        Dictionary<string, string?> wrong = Variables();
        wrong["AWS_SECRET_ACCESS_KEY"] = "this-is-not-the-secret";
        string denied = Error(PileProgram.RunWith(wrong, "info", address), 1);
        Assert.Contains("SignatureDoesNotMatch", denied, StringComparison.Ordinal);
        Assert.Contains(address, denied, StringComparison.Ordinal);
        foreach (string verbose in (string[])[denied, PileProgram.RunWith(wrong, "query", address, "--verbose").Error])
        {
            Assert.DoesNotContain("this-is-not-the-secret", verbose, StringComparison.Ordinal);
            Assert.DoesNotContain(gateway.AccessKey, verbose, StringComparison.Ordinal);
        }

        Dictionary<string, string?> none = Variables();
        (none["AWS_ACCESS_KEY_ID"], none["AWS_SECRET_ACCESS_KEY"], none["HOME"]) = (null, null, folder.Path);
        Assert.Contains("AWS_NO_SIGN_REQUEST=YES", Error(PileProgram.RunWith(none, "info", address), 1), StringComparison.Ordinal);
        none["AWS_NO_SIGN_REQUEST"] = "YES";
        Assert.Contains("denies access without credentials", Error(PileProgram.RunWith(none, "info", address), 1),
            StringComparison.Ordinal);

        Assert.Contains("No dataset at", Error(Run("info", $"s3://{bucket}/nothing/here"), 2), StringComparison.Ordinal);
        Assert.Contains("No dataset at", Error(Run("validate", $"s3://{bucket}/nothing/here"), 2), StringComparison.Ordinal);
        Assert.Contains("there is no bucket 'no-such-bucket'", Error(Run("query", "s3://no-such-bucket/here"), 1),
            StringComparison.Ordinal);
        Assert.Contains("Expected s3://bucket/prefix", Error(Run("info", "s3://"), 2), StringComparison.Ordinal);

        await gateway.Client.DeleteObjectAsync(bucket, "data/sky/files.parquet", TestContext.Current.CancellationToken);
        Assert.Contains("files.parquet", Error(Run("query", address), 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_files_set_credentials_and_endpoint()
    {
        string address = await ServeAsync("s3", built.Sky);
        Directory.CreateDirectory(folder[".aws"]);
        await File.WriteAllTextAsync(folder[".aws/credentials"],
            $"[survey]\naws_access_key_id = {gateway.AccessKey}\naws_secret_access_key = {gateway.SecretKey}\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder[".aws/config"],
            $"[profile survey]\nregion = {S3Gateway.Region}\nendpoint_url = {gateway.Endpoint}\n", TestContext.Current.CancellationToken);
        Dictionary<string, string?> variables = Variables();
        foreach (string name in gateway.Variables().Keys)
            variables[name] = null;
        (variables["HOME"], variables["AWS_PROFILE"]) = (folder.Path, "survey");
        Assert.Equal(131, Done(PileProgram.RunWith(variables, "info", address, "--json")).Json.GetProperty("rows").GetInt64());
        // As for the AWS tools, keys of the environment are used before those of a profile.
        (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) = (gateway.AccessKey, "wrong");
        Assert.Contains("does not accept these credentials", Error(PileProgram.RunWith(variables, "info", address), 1),
            StringComparison.Ordinal);
        variables["AWS_SECRET_ACCESS_KEY"] = null;
        Assert.Contains("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
            Error(PileProgram.RunWith(variables, "info", address), 1), StringComparison.Ordinal);
        variables["AWS_ACCESS_KEY_ID"] = null;
        variables["AWS_PROFILE"] = "none";
        Assert.Contains("AWS_PROFILE names the profile 'none'", Error(PileProgram.RunWith(variables, "info", address), 1),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_or_changed_shard_is_named()
    {
        string address = await ServeAsync("s3", built.Cutouts);
        string shard = Path.GetRelativePath(built.Cutouts,
            Directory.EnumerateFiles(built.Cutouts, "*.hdf5", SearchOption.AllDirectories).First());
        string[] read = ["read", address, "--where", "true", "--columns", "image_array", "--out", folder["rows"]];
        await gateway.PutAsync(bucket, $"data/cutouts/{shard}",
            [.. await File.ReadAllBytesAsync(Path.Combine(built.Cutouts, shard), TestContext.Current.CancellationToken), 1]);
        Assert.Contains("the file was changed or truncated", Error(Run(read), 1), StringComparison.Ordinal);
        await gateway.Client.DeleteObjectAsync(bucket, $"data/cutouts/{shard}", TestContext.Current.CancellationToken);
        string missing = Error(Run(read), 1);
        Assert.Contains($"{address}/{shard}", missing, StringComparison.Ordinal);
        Assert.Contains("the file is missing", missing, StringComparison.Ordinal);
        JsonElement report = Run("validate", address, "--json").Json;
        Assert.Equal("F002", report.GetProperty("findings").EnumerateArray().Single().GetProperty("code").GetString());
    }
}
