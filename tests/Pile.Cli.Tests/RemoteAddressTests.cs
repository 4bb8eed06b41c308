using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>Tries addresses of web servers whose names have blanks and letters beyond ASCII, encoded (RFC 3986) and as they are.</summary>
public sealed class RemoteAddressTests : IAsyncLifetime
{
    private const string Name = "été 50% a#b";

    private readonly TemporaryFolder folder = new();
    private FileServer server = null!;
    private string files = "";

    public ValueTask InitializeAsync()
    {
        files = Directory.CreateDirectory(folder[$"served/{Name}"]).FullName;
        server = new FileServer(folder["served"]);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("été d")]
    [InlineData("%C3%A9t%C3%A9%20d")]
    public void A_dataset_has_the_address_of_its_folder_encoded_or_not(string address)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,2,3\n");
        Done(PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["served/été d"]));
        Assert.Equal(1, PileProgram.RunToJson("info", $"{server.Address}{address}").GetProperty("rows").GetInt64());
    }

    [Theory]
    [InlineData("a%20b", Traits = ["Run", "Long"])]
    [InlineData("h#x")]
    [InlineData("%2e%2e")]
    [InlineData("é?", Traits = ["Run", "Long"])]
    public void Members_of_a_collection_are_the_folders_of_their_names(string name)
    {
        File.WriteAllText(folder["one.csv"], "id,ra,dec\n1,2,3\n");
        File.WriteAllText(folder["two.csv"], "id,ra,dec\n1,2,3\n2,2,3\n");
        foreach (string other in (string[])["served/sets/a b", "served/h", "served"]) // what the names are, decoded or cut
            Done(PileProgram.Run("build", "--from", folder["one.csv"], "--out", folder[$"{other}/d"]));
        Done(PileProgram.Run("build", "--from", folder["two.csv"], "--out", folder[$"served/sets/{name}/d"]));
        File.WriteAllText(folder["served/sets/collection.yaml"], $$"""
            pile_collection: 1
            name: c
            datasets:
              a: { address: "{{name}}/d" }
            """);
        foreach (string address in (string[])[$"{server.Address}sets/collection.yaml", folder["served/sets/collection.yaml"]])
        {
            Assert.Equal(2, PileProgram.RunToJson("query", $"{address}#a", "--columns", "object_id").GetArrayLength());
            Done(PileProgram.Run("validate", address));
        }
    }

    [Theory]
    [InlineData("403 Forbidden")] // so does S3 to somebody who may not list the bucket
    [InlineData("200 OK")]
    public void A_dataset_is_found_on_a_server_that_does_not_say_which_files_are_missing(string missing)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,2,3\n");
        Done(PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["served/d"]));
        File.WriteAllText(folder["served/c.collection.yaml"], """
            pile_collection: 1
            name: c
            datasets:
              a: { address: d }
            """);
        server.Missing = missing;
        foreach (string address in (string[])["d", "c.collection.yaml#a"])
        {
            Assert.Equal(1, PileProgram.RunToJson("info", $"{server.Address}{address}").GetProperty("rows").GetInt64());
            Assert.True(PileProgram.RunToJson("validate", $"{server.Address}{address}", "--deep").GetProperty("valid").GetBoolean());
        }
    }

    [Fact]
    public void A_catalogue_is_found_on_a_server_that_denies_missing_files()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,2,3\n");
        Done(PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["served/d"]));
        Done(PileProgram.Run("export", folder["served/d"], "--format", "hats", "--out", folder["served/h"]));
        server.Missing = "403 Forbidden";
        Assert.Equal(1, PileProgram.RunToJson("info", $"{server.Address}h").GetProperty("rows").GetInt64());
        Assert.Equal(1, PileProgram.RunToJson("query", $"{server.Address}h").GetArrayLength());
        string error = PileProgram.RunToError(1, "query", $"{server.Address}nothing");
        Assert.Contains("/nothing/pile.yaml: ", error, StringComparison.Ordinal);
        Assert.Contains("denies access", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_server_are_adopted_by_their_encoded_address()
    {
        Python.Run("""
            import io, sys, tarfile
            with tarfile.open(sys.argv[1], 'w') as tar:
                entry = tarfile.TarInfo('1.txt')
                entry.size = 5
                tar.addfile(entry, io.BytesIO(b'hello'))
            """, Path.Combine(files, $"{Name}.tar"));
        string address = $"{server.Address}{Uri.EscapeDataString(Name)}/{Uri.EscapeDataString($"{Name}.tar")}";
        Done(PileProgram.Run("adopt", address, "--out", folder["d"]));
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep", "--mount", "http://=http://").GetProperty("valid")
            .GetBoolean());
        File.WriteAllText(Path.Combine(files, $"{Name}.tar"), ""); // was it read?
        Assert.NotEqual(0, PileProgram.Run("validate", folder["d"], "--deep", "--mount", "http://=http://").ExitCode);
    }

    [Fact]
    public void Rasters_of_a_server_are_read_and_exported_by_their_encoded_address()
    {
        string href = $"{server.Address}{Uri.EscapeDataString(Name)}/{Uri.EscapeDataString($"{Name}.tif")}";
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.warp import transform_bounds
            with rasterio.open(sys.argv[1], 'w', driver='GTiff', width=64, height=64, count=1, dtype='uint16', crs='EPSG:32633',
                               transform=rasterio.Affine(10, 0, 500000, 0, -10, 5000000)) as f:
                f.write(np.arange(64 * 64, dtype='uint16').reshape(1, 64, 64))
            w, s, e, n = transform_bounds(32633, 4326, 500000, 4999360, 500640, 5000000)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 'x', 'links': [], 'bbox': [w, s, e, n],
                       'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                       'properties': {'datetime': '2020-01-01T00:00:00Z', 'proj:epsg': 32633, 'proj:shape': [64, 64],
                                      'proj:transform': [10, 0, 500000, 0, -10, 5000000]},
                       'assets': {'data': {'href': sys.argv[2], 'type': 'image/tiff; application=geotiff',
                                           'raster:bands': [{'data_type': 'uint16'}]}}}, open(sys.argv[3], 'w'))
            """, Path.Combine(files, $"{Name}.tif"), href, folder["x.json"]);
        foreach (string probe in (string[])["none", "headers"])
        {
            Done(PileProgram.Run("build", "--from", folder["x.json"], "--chips", "64", "--set", $"source.probe={probe}", "--out",
                folder[probe]));
            Done(PileProgram.Run("read", folder[probe], "--where", "true", "--columns", "chip_array", "--format", "npy", "--out",
                folder[$"{probe}.npy"], "--mount", "http://=http://"));
            Python.Run("""
                import sys
                import numpy as np
                assert np.array_equal(np.load(sys.argv[1]).ravel(), np.arange(64 * 64))
                """, Assert.Single(Directory.GetFiles(folder[$"{probe}.npy"], "*.npy")));
        }
        Done(PileProgram.Run("build", "--from", folder["x.json"], "--scenes", "--out", folder["scenes"]));
        Done(PileProgram.Run("export", folder["headers"], "--format", "stac", "--out", folder["stac"], "--mount", "http://=http://"));
        JsonElement[] items = [.. Directory.GetFiles(folder["stac"], "*.json", SearchOption.AllDirectories)
            .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement).Where(json => json.TryGetProperty("assets", out _))];
        Assert.Contains(href, items.SelectMany(item => item.GetProperty("assets").EnumerateObject())
            .Select(asset => asset.Value.GetProperty("href").GetString()));
    }
}
