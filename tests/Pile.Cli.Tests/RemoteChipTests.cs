using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>Chips whose pixels are windows of files on an S3 server and on a web server.</summary>
public sealed class RemoteChipTests(RemoteChips chips) : IClassFixture<RemoteChips>, IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private S3Gateway gateway = null!;
    private string bucket = "";
    private FileServer? server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("http")]
    public async Task Chips_of_a_server_have_the_pixels_that_rasterio_reads_with_one_request_per_block_at_most(string kind)
    {
        string address = await BuildAsync(kind);
        await using Dataset dataset = await OpenAsync(address);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("chip_x", "chip_y", "chip_array"), cancellationToken: Token);
        Assert.Equal(RemoteChips.Count, rows.Count);
        Assert.Equal(0, dataset.Statistics.Requests); // the layouts are in the dataset

        int[] x = Numbers(rows, "chip_x"), y = Numbers(rows, "chip_y"), order = [7, 2, 11, 0, 5, 9, 3, 1, 10, 4, 8, 6];
        int next = 0;
        await foreach (RowBatch batch in rows.ReadAsync(order, 5, Token))
            for (int i = 0; i < batch.RowCount; i++, next++)
                Assert.Equal(chips.PixelsOf(x[order[next]], y[order[next]]),
                    ((ColumnData<ushort>)batch["chip_array"]).Row(i).ToArray());
        Assert.Equal(order.Length, next);

        StoreStatistics store = dataset.Statistics;
        Assert.InRange(store.Requests, 1, RemoteChips.Count * RemoteChips.BandCount);
        Assert.InRange(store.BytesFetched, chips.BlockBytes, chips.BlockBytes * 1.05);
        ReadStatistics reads = dataset.Reads;
        Assert.Equal((store.Requests, store.BytesFetched, chips.BlockBytes), (reads.Reads, reads.BytesRead, reads.BytesUsed));
    }

    [Fact]
    public async Task Chips_of_a_dataset_of_scenes_in_a_bucket_are_those_of_the_local_one()
    {
        RemoteChips.WriteItem(Path.Combine(chips.Rasters, "item.json"), ".");
        Done(Run("build", "--from", Path.Combine(chips.Rasters, "item.json"), "--scenes", "--out", folder["scenes"]));
        bucket = await gateway.NewBucketAsync();
        await gateway.PutFolderAsync(bucket, "eo", chips.Rasters);
        Done(Run("copy", folder["scenes"], $"s3://{bucket}/scenes", "--yes"));
        Build("near", "scenes");
        Build("far", $"s3://{bucket}/scenes", $"assets: {{ mount: {{ \"mount://rasters\": {chips.Rasters} }} }}");
        string[] files = [.. Directory.EnumerateFiles(folder["near/main"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder["near"], file))];
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(folder[$"near/{file}"]), File.ReadAllBytes(folder[$"far/{file}"])));

        // The rasters may be in the bucket, too.
        Build("bucket", $"s3://{bucket}/scenes", $"assets: {{ mount: {{ \"mount://rasters\": \"s3://{bucket}/eo\" }} }}");
        await using Dataset dataset = await Dataset.OpenAsync(folder["bucket"],
            new DatasetOptions { Mounts = new Dictionary<string, string>(StringComparer.Ordinal) { ["s3://"] = "s3://" } }, Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("chip_x", "chip_y", "chip_array"), cancellationToken: Token);
        int[] x = Numbers(rows, "chip_x"), y = Numbers(rows, "chip_y");
        Assert.Equal(RemoteChips.Count, rows.Count);
        for (int row = 0; row < rows.Count; row++)
            Assert.Equal(chips.PixelsOf(x[row], y[row]), rows.Read<ushort>(row, "chip_array")!.Value.Values.ToArray());

        void Build(string name, string scenes, string more = "")
        {
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("chip", $"kind: stac-chips\nscenes: {scenes}\nbands: [red, green, nir]\n"
                + $"chip: {{ size: 256 }}\n{more}"));
            Done(Run("build", folder[$"{name}.yaml"], "--out", folder[name]));
        }
    }

    [Fact]
    public async Task Chips_that_are_far_apart_are_read_without_the_blocks_between_them()
    {
        string address = await BuildAsync("s3");
        await using Dataset dataset = await OpenAsync(address);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Where("(chip_x + chip_y) % 2 = 0").Columns("chip_array"),
            cancellationToken: Token);
        await foreach (RowBatch _ in rows.ReadAllAsync(cancellationToken: Token))
        {
        }
        // Of the blocks 0, 2, 5, 7, 8 and 10 only two are neighbours. Reading one between two others too would be 50 % more.
        Assert.Equal(5 * RemoteChips.BandCount, dataset.Statistics.Requests);
        Assert.InRange(dataset.Statistics.BytesFetched, chips.BlockBytes * 0.45, chips.BlockBytes * 0.55);
    }

    [Fact]
    public async Task Stream_counts_the_bytes_of_chips_of_a_bucket_which_a_mount_may_move_to_a_folder()
    {
        string address = await BuildAsync("s3");
        string[] stream = ["stream", folder["d"], "--columns", "chip_array", "--batch", "4", "--epochs", "1"];
        JsonElement report = Done(Run([.. stream, "--mount", $"{address}={address}", "--json"])).Json;
        Assert.Equal(RemoteChips.Count, report.GetProperty("rows").GetInt64());
        Assert.Equal(chips.BlockBytes, report.GetProperty("bytes_used").GetInt64());
        Assert.InRange(report.GetProperty("requests").GetInt64(), 1, RemoteChips.Count * RemoteChips.BandCount);
        Assert.Equal(report.GetProperty("requests").GetInt64(), report.GetProperty("row_reads").GetInt64());

        string unknown = Error(Run(stream), 1); // an item cannot make the reader open an address
        Assert.Contains($"{address}/", unknown, StringComparison.Ordinal);
        Assert.Contains($"Mount 's3://{bucket}' to read it where it is", unknown, StringComparison.Ordinal);
        Assert.Contains("--mount", unknown, StringComparison.Ordinal);
        foreach (string allowed in (string[])[address, $"s3://{bucket}", "s3://"])
            Assert.Equal(chips.BlockBytes, Done(Run([.. stream, "--mount", allowed, "--json"])).Json.GetProperty("bytes_used").GetInt64());
        Assert.Contains("cannot be mounted to", Error(Run([.. stream, "--mount", "s3://=/data"]), 2), StringComparison.Ordinal);

        JsonElement local = Done(Run([.. stream, "--mount", $"{address}={chips.Rasters}", "--json"])).Json;
        Assert.Equal(chips.BlockBytes, local.GetProperty("bytes_used").GetInt64());
    }

    [Theory]
    [InlineData(false, Traits = ["Run", "Long"])]
    [InlineData(true)]
    public async Task A_server_that_cannot_be_reached_is_one_warning_of_a_validation(bool isDeep)
    {
        string address = await BuildAsync("http");
        Assert.Empty(Findings());
        await server!.DisposeAsync();
        server = null;
        JsonElement finding = Assert.Single(Findings());
        Assert.Equal("G003", finding.GetProperty("code").GetString());
        Assert.Equal("warning", finding.GetProperty("severity").GetString());
        Assert.Contains($"'{address}/", finding.GetProperty("message").GetString(), StringComparison.Ordinal);

        JsonElement[] Findings()
        {
            string[] validate = ["validate", folder["d"], "--mount", "http://", "--json", .. isDeep ? ["--deep"] : (string[])[]];
            return [.. Done(Run(validate)).Json.GetProperty("findings").EnumerateArray()];
        }
    }

    [Theory]
    [InlineData(false, Traits = ["Run", "Long"])]
    [InlineData(true)]
    public async Task A_file_that_a_server_denies_is_a_warning_and_the_others_are_checked(bool isDeep)
    {
        string copy = Directory.CreateDirectory(folder["copy"]).FullName;
        foreach (string file in Directory.EnumerateFiles(chips.Rasters))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        server = new FileServer(copy);
        string address = server.Address.AbsoluteUri.TrimEnd('/');
        RemoteChips.WriteItem(folder["item.json"], address);
        Done(Run("build", "--from", folder["item.json"], "--chips", "256", "--out", folder["d"]));
        string[] validate = ["validate", folder["d"], "--mount", "http://", "--json", .. isDeep ? ["--deep"] : (string[])[]];
        server.Denied = "red.tif";
        JsonElement denied = Assert.Single(Done(Run(validate)).Json.GetProperty("findings").EnumerateArray());
        Assert.Equal("G003", denied.GetProperty("code").GetString());
        Assert.Contains($"'{address}/red.tif' is not checked: ", denied.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("403", denied.GetProperty("message").GetString(), StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(copy, "nir.tif"), "more", Token);
        JsonElement[] findings = [.. JsonDocument.Parse(Run(validate).Output).RootElement.GetProperty("findings").EnumerateArray()];
        Assert.Equal(["G003", "R002"], findings.Select(f => f.GetProperty("code").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains(findings, f => f.GetProperty("message").GetString()!.Contains("nir.tif", StringComparison.Ordinal));
        server.Denied = ".tif";
        Assert.Contains("and other files of this place", Assert.Single(Done(Run(validate)).Json.GetProperty("findings").EnumerateArray())
            .GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_a_truncated_a_missing_and_a_forbidden_file_are_one_error_with_its_address()
    {
        string address = await BuildAsync("s3"), file = $"{address}/green.tif";
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(chips.Rasters, "green.tif"), Token), changed = [.. bytes];
        changed[^20] ^= 1;
        await gateway.PutAsync(bucket, "eo/green.tif", changed);
        RequireError(file, "its ETag is no longer");
        await gateway.PutAsync(bucket, "eo/green.tif", bytes[..^1000]);
        RequireError(file, "its ETag is no longer");
        await gateway.Client.DeleteObjectAsync(bucket, "eo/green.tif", Token);
        RequireError(file, "the file is missing");
        await gateway.PutAsync(bucket, "eo/green.tif", bytes);
        Dictionary<string, string?> stranger = Variables();
        (stranger["AWS_ACCESS_KEY_ID"], stranger["AWS_SECRET_ACCESS_KEY"]) = (gateway.StrangerAccessKey, gateway.StrangerSecretKey);
        RequireError($"{address}/", "denies", stranger);

        void RequireError(string place, string finding, Dictionary<string, string?>? variables = null)
        {
            string error = Error(PileProgram.RunWith(variables ?? Variables(), "read", folder["d"], "--where", "true", "--columns",
                "chip_array", "--out", folder["rows"], "--mount", $"{address}={address}"), 1);
            Assert.Contains(place, error, StringComparison.Ordinal);
            Assert.Contains(finding, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_build_names_a_file_of_an_item_that_is_missing_in_the_bucket()
    {
        bucket = await gateway.NewBucketAsync();
        RemoteChips.WriteItem(folder["item.json"], $"s3://{bucket}/eo");
        string error = Error(Run("build", "--from", folder["item.json"], "--chips", "256", "--out", folder["d"]), 1);
        Assert.Contains($"s3://{bucket}/eo/", error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["d"]));
    }

    [Fact]
    public async Task A_build_skips_the_items_alone_whose_files_the_server_denies()
    {
        bucket = await gateway.NewBucketAsync();
        await gateway.PutFolderAsync(bucket, "eo", chips.Rasters);
        JsonArray items = [];
        foreach ((string id, string address) in ((string, string)[])[("first", chips.Rasters), ("denied", $"s3://{bucket}/eo"),
            ("last", chips.Rasters)])
        {
            RemoteChips.WriteItem(folder["item.json"], address);
            JsonNode item = JsonNode.Parse(await File.ReadAllTextAsync(folder["item.json"], Token))!;
            item["id"] = id;
            items.Add(item);
        }
        await File.WriteAllTextAsync(folder["items.json"], new JsonObject
        {
            ["type"] = "FeatureCollection",
            ["features"] = items,
        }.ToJsonString(), Token);
        await File.WriteAllTextAsync(folder["items.yaml"], Recipes.Text("chip", $$"""
            kind: stac-chips
            items: items.json
            assets: { mount: { "{{chips.Rasters}}": "{{chips.Rasters}}" } }
            chip: { size: 256 }
            """), Token);
        Dictionary<string, string?> stranger = Variables();
        (stranger["AWS_ACCESS_KEY_ID"], stranger["AWS_SECRET_ACCESS_KEY"]) = (gateway.StrangerAccessKey, gateway.StrangerSecretKey);
        string[] build = ["build", folder["items.yaml"], "--out", folder["d"]];
        string error = Error(PileProgram.RunWith(stranger, build), 1);
        string reason = $"item 1 ('denied'), 'assets.red': s3://{bucket}/eo/";
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("Its header is needed, because the document states no CRS, no shape, no transform", error,
            StringComparison.Ordinal);

        Assert.Equal(3, PileProgram.RunWith(stranger, [.. build, "--on-error", "skip"]).ExitCode);
        string skipped = Assert.Single((await File.ReadAllLinesAsync(folder["d/skipped.csv"], Token)).Skip(1));
        Assert.StartsWith("items.json,1,", skipped, StringComparison.Ordinal);
        Assert.Contains(reason, skipped, StringComparison.Ordinal);
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], cancellationToken: Token);
        List<string> read = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("item"), Token))
            for (int row = 0; row < batch.RowCount; row++)
                read.Add(((TextColumnData)batch["item"]).Text(row));
        Assert.Equal(["first", "last"], read.Distinct().Order());
        Assert.Equal(2 * RemoteChips.Count, read.Count);
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("http", Traits = ["Run", "Long"])]
    public async Task Chips_of_a_stacked_netcdf_file_on_a_server_have_the_pixels_of_the_local_file(string kind)
    {
        Python.Run(await File.ReadAllTextAsync(Path.Combine(TestPaths.Root, "tests", "Pile.Cli.Tests", "Chips", "netcdf_scenes.py"), Token),
            folder["s"]);
        string address;
        if (kind == "http")
        {
            server = new FileServer(folder["s"]);
            address = server.Address.AbsoluteUri.TrimEnd('/');
        }
        else
        {
            bucket = await gateway.NewBucketAsync();
            await gateway.PutFolderAsync(bucket, "nc", folder["s"]);
            address = $"s3://{bucket}/nc";
        }
        foreach ((string name, string mount) in ((string, string)[])[("near", folder["s"]), ("far", address)])
        {
            await File.WriteAllTextAsync(folder[$"{name}.yaml"], Recipes.Text("chip", $$"""
                kind: stac-chips
                items: s/stack.json
                assets: { mount: "{{mount}}" }
                bands: [red, nir]
                chip: { size: 32, edge: pad }
                """), Token);
            Done(Run("build", folder[$"{name}.yaml"], "--out", folder[name]));
        }
        await using Dataset near = await Dataset.OpenAsync(folder["near"], cancellationToken: Token), far = await Dataset.OpenAsync(
            folder["far"], new DatasetOptions { Mounts = new Dictionary<string, string>(StringComparer.Ordinal) { [address] = address } },
            Token);
        RowReader expected = await near.OpenRowsAsync(near.Query().Columns("chip_array"), cancellationToken: Token),
            found = await far.OpenRowsAsync(far.Query().Columns("chip_array"), cancellationToken: Token);
        Assert.Equal((36, 36), (expected.Count, found.Count));
        await foreach (RowBatch batch in found.ReadAllAsync(36, Token))
            for (int row = 0; row < batch.RowCount; row++)
                Assert.Equal(expected.Read<short>(row, "chip_array")!.Value.Values.ToArray(),
                    ((ColumnData<short>)batch["chip_array"]).Row(row).ToArray());
        // The file is of 0.1 MB: its chunks are neighbours, and the layout is in the dataset.
        Assert.InRange(far.Statistics.Requests, 1, 4);
    }

    [Fact]
    public async Task Chips_of_a_server_without_ranges_are_an_error_also_if_it_sends_the_headers()
    {
        Python.Run("""
            import sys, numpy as np, rasterio
            profile = dict(driver="GTiff", dtype="uint16", count=1, height=32, width=32, crs="EPSG:32628",
                           transform=rasterio.Affine(10, 0, 399960, 0, -10, 2000040))
            for band in sys.argv[2:]:
                with rasterio.open(f"{sys.argv[1]}/{band}.tif", "w", **profile) as file:
                    file.write(np.ones((1, 32, 32), "uint16"))
            """, [folder.Path, .. RemoteChips.Bands]);
        server = new FileServer(folder.Path, supportsRanges: false);
        RemoteChips.WriteItem(folder["item.json"], server.Address.AbsoluteUri.TrimEnd('/'));
        string error = PileProgram.RunToError(1, "build", "--from", folder["item.json"], "--chips", "32", "--out", folder["d"]);
        Assert.Contains("the server does not support range requests, so that values of rows could not be read from the file", error,
            StringComparison.Ordinal);
        Assert.Contains("or download them and set 'assets.mount'", error, StringComparison.Ordinal);
        await server.DisposeAsync();
        server = new FileServer(folder.Path);
        RemoteChips.WriteItem(folder["item.json"], server.Address.AbsoluteUri.TrimEnd('/'));
        Done(Run("build", "--from", folder["item.json"], "--chips", "32", "--out", folder["d"]));
    }

    /// <summary>Puts the files on a server, builds chips of them, and returns the address of their folder.</summary>
    private async Task<string> BuildAsync(string kind)
    {
        string address;
        if (kind == "http")
        {
            server = new FileServer(chips.Rasters);
            address = server.Address.AbsoluteUri.TrimEnd('/');
        }
        else
        {
            bucket = await gateway.NewBucketAsync();
            await gateway.PutFolderAsync(bucket, "eo", chips.Rasters);
            address = $"s3://{bucket}/eo";
        }
        RemoteChips.WriteItem(folder["item.json"], address);
        Done(Run("build", "--from", folder["item.json"], "--chips", "256", "--out", folder["d"]));
        return address;
    }

    private Task<Dataset> OpenAsync(string address) => Dataset.OpenAsync(folder["d"],
        new DatasetOptions { Mounts = new Dictionary<string, string>(StringComparer.Ordinal) { [address] = address } }, Token);

    private static int[] Numbers(RowReader rows, string column) =>
        [.. Enumerable.Range(0, (int)rows.Count).Select(row => rows.Read<int>(row, column)!.Value.Values.Span[0])];

    private Dictionary<string, string?> Variables()
    {
        Dictionary<string, string?> variables = new(StringComparer.Ordinal) { ["AWS_EC2_METADATA_DISABLED"] = "true" };
        foreach ((string name, string value) in gateway.Variables())
            variables[name] = value;
        return variables;
    }

    private ProgramResult Run(params string[] arguments) => PileProgram.RunWith(Variables(), arguments);
}
