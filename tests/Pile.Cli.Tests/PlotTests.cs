using System.Text.Json;
using System.Xml.Linq;
using Pile.Cli.Tests.Chips;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile plot</c>.</summary>
public sealed class PlotTests(BuiltDatasets built, ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rows_columns_and_maps_are_drawn_in_all_formats_with_the_same_bytes()
    {
        foreach (string extension in new[] { "png", "svg", "html" })
        {
            Plot(built.Spectra, $"a.{extension}", "--limit", "2");
            Plot(built.Spectra, $"b.{extension}", "--limit", "2");
            Assert.Equal(File.ReadAllBytes(folder[$"a.{extension}"]), File.ReadAllBytes(folder[$"b.{extension}"]));
        }
        Assert.Equal(1, Plot(built.Cutouts, "c.png", "--id", "centre", "--band", "r", "--stretch", "log").GetProperty("figures")
            .GetInt32());
        Assert.Equal(4977, Plot(built.Gaia, "cmd.svg", "--x", "parallax", "--y", "phot_g_mean_mag").GetProperty("rows").GetInt32());
        Plot(built.Gaia, "sky.png", "--sky", "--where", "phot_g_mean_mag < 17");
        Assert.Contains("phot_g_mean_mag (mag)", XDocument.Load(folder["cmd.svg"]).Descendants().Select(e => e.Value));
        Assert.Equal("PNG PNG PNG", Python.Run("""
            import sys, warnings, rasterio
            warnings.simplefilter('ignore')
            print(*[rasterio.open(p).driver for p in sys.argv[1:] if rasterio.open(p).read().std() > 5])
            """, folder["a.png"], folder["c.png"], folder["sky.png"]).Trim());
    }

    [Fact]
    public void Ids_that_are_not_found_are_counted()
    {
        File.WriteAllText(folder["ids.txt"], "707\n708\n-9\n-10\n");
        foreach (string[] options in (string[][])[["--x", "dec"], ["--sky"]])
        {
            ProgramResult drawn = PileProgram.Run(["plot", built.Sky, "--ids", folder["ids.txt"], .. options, "--out", folder["a.svg"],
                "--replace"]);
            Assert.Equal(0, drawn.ExitCode);
            Assert.Contains("pile: 2 of 4 ids were not found\n", drawn.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_of_a_layer_is_drawn()
    {
        File.WriteAllText(folder["d.csv"], "object_id,ra,dec\n1,1,1\n2,2,2\n");
        File.WriteAllText(folder["t.jsonl"], "{\"object_id\": 1, \"emb\": [0.5, 3, -2]}\n");
        PileProgram.RunToJson("build", "--from", folder["d.csv"], "--out", folder["d"]);
        PileProgram.RunToJson("layer", "create", folder["l"], "--of", folder["d"]);
        PileProgram.RunToJson("layer", "set", folder["l"], folder["t.jsonl"], "--message", "m");
        Plot(folder["d"], "a.svg", "--layer", folder["l"], "--id", "1", "--columns", "emb");
        Assert.Contains("emb", XDocument.Load(folder["a.svg"]).Descendants().Select(e => e.Value));
        Assert.Contains("Similar names: 'emb'", PileProgram.RunToError(2, "plot", folder["d"], "--layer", folder["l"], "--id", "1",
            "--columns", "emp", "--out", folder["b.svg"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no column 'no_such'", "--limit", "1", "--columns", "no_such")]
    [InlineData("has one value per row", "--limit", "1", "--columns", "z")]
    [InlineData("expected a column with one number per row", "--x", "survey")]
    [InlineData("Select rows with --id", "--smooth", "3")]
    [InlineData("No row matches", "--where", "z > 100")]
    [InlineData("No row matches", "--where", "z > 100", "--x", "z")]
    [InlineData("expected a number of days above 0", "--limit", "1", "--period", "0")]
    [InlineData("--y requires --x", "--y", "z")]
    public void Nothing_to_draw_is_one_error_and_no_file(string message, params string[] options)
    {
        string error = PileProgram.RunToError(2, ["plot", built.Spectra, "--out", folder["x.png"], .. options]);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.png"]));
    }

    [Fact]
    public void Empty_light_curves_and_hostile_ids_are_reported_or_escaped()
    {
        File.WriteAllText(folder["lc.jsonl"], """
            {"object_id": "a/../<b>&\"", "ra": 10, "dec": 5, "vector": [1, 2, 4, 3]}
            {"object_id": "empty", "ra": 11, "dec": 5, "vector": []}
            """);
        PileProgram.RunToJson("build", "--from", folder["lc.jsonl"], "--out", folder["d"]);
        Plot(folder["d"], "ok.html", "--id", "a/../<b>&\"", "--columns", "vector");
        Assert.Contains("a/../&lt;b&gt;&amp;", File.ReadAllText(folder["ok.html"]), StringComparison.Ordinal);
        Assert.Contains("object_id empty", PileProgram.RunToError(1, "plot", folder["d"], "--id", "empty", "--columns", "vector", "--out",
            folder["x.svg"]), StringComparison.Ordinal);
        Assert.Equal(1, Plot(folder["d"], "both.svg", "--where", "true", "--columns", "vector").GetProperty("figures").GetInt32());
    }

    [Fact]
    public void Pictures_of_adopted_files_are_shown_and_other_files_are_left_out()
    {
        Directory.CreateDirectory(folder["photos"]);
        Python.Run("""
            import sys
            from PIL import Image
            for name, kind in (('a.jpg', 'JPEG'), ('b.png', 'PNG')):
                picture = Image.new('RGB', (64, 32), (200, 30, 40))
                picture.paste((20, 60, 180), (32, 0, 64, 32))
                picture.save(f'{sys.argv[1]}/{name}', kind)
            turned = Image.Exif()
            turned[0x0112] = 6
            picture.save(f'{sys.argv[1]}/turned.jpg', exif=turned)
            """, folder["photos"]);
        byte[] jpeg = File.ReadAllBytes(Path.Combine(folder["photos"], "a.jpg"));
        File.WriteAllBytes(Path.Combine(folder["photos"], "cut.jpg"), jpeg[..40]);
        File.WriteAllBytes(Path.Combine(folder["photos"], "half.jpg"), jpeg[..^20]);
        File.WriteAllBytes(Path.Combine(folder["photos"], "half.png"), File.ReadAllBytes(Path.Combine(folder["photos"], "b.png"))[..^20]);
        File.WriteAllText(Path.Combine(folder["photos"], "note.txt"), "no picture");
        PileProgram.RunToJson("adopt", folder["photos"], "--out", folder["d"]);
        Assert.Equal(3, Plot(folder["d"], "all.html", "--where", "true", "--columns", "content").GetProperty("figures").GetInt32());
        Assert.Contains(Convert.ToBase64String(jpeg), File.ReadAllText(folder["all.html"]), StringComparison.Ordinal);
        // Chromium then ignores the orientation in EXIF, which would turn the picture within its frame (CSS Images 3, section 6.1).
        Plot(folder["d"], "turned.svg", "--id", "turned.jpg", "--columns", "content");
        Assert.Contains(XDocument.Load(folder["turned.svg"]).Descendants().Where(e => e.Name.LocalName == "image"),
            image => image.Attribute("style")?.Value.Contains("image-orientation:none", StringComparison.Ordinal) == true);
        foreach (string name in new[] { "a.jpg", "b.png", "turned.jpg" })
        {
            Plot(folder["d"], name + ".png", "--id", name, "--columns", "content");
            Assert.Equal("red blue", Python.Run("""
                import sys
                from PIL import Image
                picture = Image.open(sys.argv[1]).convert('RGB')
                def colour(x):
                    r, g, b = picture.getpixel((int(x * picture.width), picture.height // 2))
                    near = lambda red, green, blue: abs(r - red) + abs(g - green) + abs(b - blue) < 24
                    return 'red' if near(200, 30, 40) else 'blue' if near(20, 60, 180) else (r, g, b)
                print(colour(0.25), colour(0.75))
                """, folder[name + ".png"]).Trim());
        }
        foreach ((string name, string message) in new[] { ("note.txt", "text/plain, neither JPEG nor PNG"),
            ("cut.jpg", "a JPEG that ends before its frame header"), ("half.jpg", "it is truncated"), ("half.png", "it is truncated") })
            Assert.Contains(message, PileProgram.RunToError(1, "plot", folder["d"], "--id", name, "--columns", "content", "--out",
                folder["x.png"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_side_of_a_match_is_found_by_the_ids()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n7,244.7797,12.0724\n8,10,-60\n");
        PileProgram.RunToJson("crossmatch", folder["t.csv"], built.Cutouts, "--radius", "60", "--out", folder["b.csv"]);
        PileProgram.RunToJson("crossmatch", built.Cutouts, folder["t.csv"], "--radius", "60", "--out", folder["a.csv"]);
        foreach (string table in (string[])["a.csv", "b.csv"])
            Assert.True(Plot(built.Cutouts, table + ".svg", "--matches", folder[table]).GetProperty("figures").GetInt32() > 0);
        PileProgram.RunToJson("crossmatch", built.Cutouts, built.Cutouts, "--radius", "1", "--out", folder["both.csv"]);
        Assert.Contains("the ids of both sides", PileProgram.RunToError(2, "plot", built.Cutouts, "--matches", folder["both.csv"], "--out",
            folder["x.svg"]), StringComparison.Ordinal);
        Assert.Contains("no column 'a_object_id'", PileProgram.RunToError(2, "plot", built.Cutouts, "--matches", folder["t.csv"], "--out",
            folder["x.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_sides_of_a_match_and_the_rows_of_a_catalogue_are_drawn()
    {
        PileProgram.RunToJson("crossmatch", built.Cutouts, built.Cutouts, "--radius", "1", "--out", folder["m.csv"]);
        Assert.Equal(1, Plot(built.Cutouts, "both.svg", "--matches", folder["m.csv"], "--with", built.Cutouts, "--columns",
            "a.image_array,b.image_array", "--limit", "1").GetProperty("figures").GetInt32());
        XDocument both = XDocument.Load(folder["both.svg"]);
        Assert.Equal(2, both.Descendants().Count(e => e.Name.LocalName == "image"));
        Assert.Contains(both.Descendants(), e => e.Value.EndsWith(" apart", StringComparison.Ordinal));
        foreach ((string message, string[] options) in ((string, string[])[])[
            ("--with requires --matches", ["--limit", "1", "--with", built.Cutouts]),
            ("expected a.COL or b.COL", ["--matches", folder["m.csv"], "--with", built.Cutouts, "--columns", "image_array"]),
            ("--overlay applies to images", ["--sky", "--overlay", built.Gaia]),
            ("does not exist", ["--id", "centre", "--overlay", folder["none.csv"]])])
            Assert.Contains(message, PileProgram.RunToError(2, ["plot", built.Cutouts, "--out", folder["x.png"], .. options]),
                StringComparison.Ordinal);

        // Pictures that mark no positions.
        Assert.Contains("--overlay marks positions on images of the sky that have a WCS, but column 'chip_array'",
            PileProgram.RunToError(2, "plot", chips["chips/a1"], "--limit", "1", "--overlay", built.Gaia, "--out", folder["x.png"]),
            StringComparison.Ordinal);

        File.WriteAllText(folder["stars.csv"], "ra,dec\n244.7797,12.0724\n244.7798,12.0725\n10,-60\n,\n");
        Plot(built.Cutouts, "stars.svg", "--id", "centre", "--overlay", folder["stars.csv"], "--interpolate");
        XDocument stars = XDocument.Load(folder["stars.svg"]);
        Assert.Equal(2, stars.Descendants().Count(e => e.Name.LocalName == "circle" && (string?)e.Attribute("class") == "over"));
        Assert.Contains("○ 2 rows of stars.csv", stars.Descendants().Select(e => e.Value));
        Plot(built.Cutouts, "gaia.svg", "--id", "centre", "--overlay", built.Gaia);
        Assert.Contains("○ 0 rows of gaia", XDocument.Load(folder["gaia.svg"]).Descendants().Select(e => e.Value));
    }

    [Fact]
    public void Chips_of_each_product_of_a_merged_dataset_and_of_coarser_bands_are_drawn()
    {
        // Rows of the product of 'b' have no value of the first column, and those of 'a1' none of the second one.
        Assert.Equal(0, PileProgram.Run("merge", chips["chips/a1"], chips["chips/b"], "--out", folder["both"]).ExitCode);
        foreach (string id in (string[])["a1_32_0_0", "b_32_0_0"])
        {
            Plot(folder["both"], $"{id}.svg", "--id", id);
            Plot(chips["all"], $"{id}.all.svg", "--id", id);
            string[] texts = [.. XDocument.Load(folder[$"{id}.svg"]).Descendants().Select(e => e.Value)];
            Assert.Contains(id[0] == 'a' ? "red" : "ndvi", string.Join(' ', texts), StringComparison.Ordinal);
        }
        Assert.Equal(4, Plot(folder["both"], "four.svg", "--where", "item = 'b'").GetProperty("figures").GetInt32());
        string column = PileProgram.RunToJson("info", chips["chips/c"]).GetProperty("columns").EnumerateArray()
            .Select(c => c.GetProperty("name").GetString()!).Single(name => name.EndsWith("_array", StringComparison.Ordinal)
                && name != "chip_array");
        Plot(chips["chips/c"], "coarse.svg", "--id", "c_32_0_0", "--columns", column);
        Plot(chips["chips/c"], "fine.svg", "--id", "c_32_0_0", "--columns", "chip_array");
        PileProgram.RunToJson("read", chips["chips/c"], "--id", "c_32_0_0", "--columns", column, "--format", "png", "--out",
            folder["read"]);
        Assert.Single(Directory.GetFiles(folder["read"], "*.png"));
        // The bars of both pictures have the same length on the ground, of a row of pixels that is as long.
        Assert.Equal(Scales("fine.svg"), Scales("coarse.svg"));

        string[] Scales(string file) => [.. XDocument.Load(folder[file]).Descendants().Select(e => e.Value).Where(text =>
            text.EndsWith(" m", StringComparison.Ordinal) || text.EndsWith(" km", StringComparison.Ordinal))];
    }

    private JsonElement Plot(string dataset, string file, params string[] options) =>
        PileProgram.RunToJson(["plot", dataset, "--out", folder[file], .. options]);
}
