using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile info</c>.</summary>
public class InfoTests(BuiltDatasets built)
{
    [Fact]
    public void Json_has_columns_aliases_and_missing_provenance()
    {
        JsonElement info = PileProgram.RunToJson("info", built.Spectra);
        Assert.Equal(("test", "1", "1.0", "spectrum", 2, 0), (info.GetProperty("name").GetString(), info.GetProperty("version").GetString(),
            info.GetProperty("format_version").GetString(),
            info.GetProperty("modality").GetString(), info.GetProperty("rows").GetInt32(), info.GetProperty("order").GetInt32()));
        Assert.True(info.GetProperty("shards").GetInt32() > 0 && info.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(("TAI", "vacuum"),
            (info.GetProperty("time").GetProperty("scale").GetString(), info.GetProperty("spectral_medium").GetString()));
        JsonElement flux = Column(info, "spectrum_flux");
        Assert.Equal(("float32", 1, JsonValueKind.Null, true, false),
            (flux.GetProperty("dtype").GetString(), flux.GetProperty("shape").GetArrayLength(), flux.GetProperty("shape")[0].ValueKind,
                flux.GetProperty("unit").GetString()!.Length > 0, flux.GetProperty("native").GetBoolean()));
        Assert.True(Column(info, "PLUG_RA").GetProperty("native").GetBoolean());
        JsonElement start = info.GetProperty("aliases").EnumerateArray().Single(a => a.GetProperty("name").GetString() == "start");
        Assert.Equal((86400.0, "s"), (start.GetProperty("scale").GetDouble(), start.GetProperty("unit").GetString()));

        JsonElement sky = PileProgram.RunToJson("info", built.Sky);
        Assert.Equal((131, 1, "not stated"),
            (sky.GetProperty("rows").GetInt32(), sky.GetProperty("order").GetInt32(),
                sky.GetProperty("provenance").GetProperty("licence").GetString()));
        // int64 without a unit: not the standard column, but a native one with its own name.
        Assert.Equal(("int64", true), (Column(sky, "ra_error").GetProperty("dtype").GetString(),
            Column(sky, "ra_error").GetProperty("native").GetBoolean()));
        // 'mas yr-1' is mas/yr.
        JsonElement pmra = Column(PileProgram.RunToJson("info", built.Gaia), "pmra");
        Assert.Equal(("mas/yr", false), (pmra.GetProperty("unit").GetString(), pmra.GetProperty("native").GetBoolean()));
    }

    [Fact]
    public void Root_and_content_hash_equal_those_of_sha256sum()
    {
        JsonElement info = PileProgram.RunToJson("info", built.Sky);
        ProgramResult sums = PileProgram.RunInShell("cd \"$1\" && sha256sum pile.yaml | cut -c1-64 && find main '(' -name '*.hdf5' -o "
            + "-path '*/Npix=*.parquet' ')' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64", built.Sky);
        Assert.Equal($"{info.GetProperty("root").GetString()}\n{info.GetProperty("content_hash").GetString()}\n", sums.Output);
        string text = PileProgram.Run("info", built.Sky).Output;
        Assert.Contains($"root         {info.GetProperty("root").GetString()}\n", text, StringComparison.Ordinal);
        Assert.Contains($"content hash {info.GetProperty("content_hash").GetString()}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_or_damaged_list_of_files_is_an_error_after_the_manifest(bool isDamaged)
    {
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(built.Sky, "pile.yaml"), folder["pile.yaml"]);
        byte[] list = File.ReadAllBytes(Path.Combine(built.Sky, "files.parquet"));
        list[list.Length / 2] ^= 1;
        if (isDamaged)
            File.WriteAllBytes(folder["files.parquet"], list);

        foreach (string[] options in (string[][])[[], ["--json"]])
        {
            ProgramResult info = PileProgram.Run(["info", folder.Path, .. options]);
            Assert.Equal(1, info.ExitCode);
            Assert.Contains("files.parquet", info.Error, StringComparison.Ordinal);
            Assert.Contains(options is [] ? "content hash unknown: the list of files cannot be read" : "\"content_hash\": null",
                info.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_output_is_readable()
    {
        ProgramResult info = PileProgram.Run("info", built.Cutouts);
        Assert.Equal((0, ""), (info.ExitCode, info.Error));
        foreach (string fact in (string[])["name         test, version 1 (format 1.0)", "rows         2 in 1 shard",
            "HEALPix order 0 (nside 1), NESTED", "true = good", "standard, heavy", "[2, 24, 24]", "ICRS"])
            Assert.Contains(fact, info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bands_have_their_wavelengths_and_units()
    {
        Assert.Matches(@"\ncolumn +band +unit +zero point \(mag\) +wavelength \(Å\) .*\n[- ]+\n"
            + @"image_array +g +4730 *\nimage_array +r +6420", PileProgram.Run("info", built.Cutouts).Output);
        Assert.Equal("g 4730 null r 6420 null", string.Join(' ', Column(PileProgram.RunToJson("info", built.Cutouts), "image_array")
            .GetProperty("bands").EnumerateArray().Select(b => $"{b.GetProperty("name").GetString()} "
                + $"{b.GetProperty("wavelength_angstrom").GetRawText()} {b.GetProperty("zero_point_mag").GetRawText()}")));
        Assert.DoesNotContain("zero point", PileProgram.Run("info", built.Sky).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_major_version_and_a_corrupt_manifest_exit_with_1()
    {
        using TemporaryFolder folder = new();
        string manifest = ManifestSeal.Without(File.ReadAllText(Path.Combine(built.Sky, "pile.yaml")));
        File.WriteAllText(folder["pile.yaml"], manifest.Replace("pile: \"1.1\"", "pile: \"2.0\"", StringComparison.Ordinal));
        Assert.Contains("has format version 2.0; this program supports version 1. Install a newer version of pile",
            PileProgram.RunToError(1, "info", folder.Path), StringComparison.Ordinal);
        File.WriteAllText(folder["pile.yaml"], manifest.Replace("rows: 131", "rows: many", StringComparison.Ordinal));
        Assert.Contains("expected an integer, found 'many'", PileProgram.RunToError(1, "info", folder.Path), StringComparison.Ordinal);
        // A newer minor version with unknown keys is readable.
        PileProgram.RunInShell("cp -rT \"$1\" \"$2\"", built.Sky, folder["d"]);
        File.WriteAllText(folder["d/pile.yaml"],
            ManifestSeal.Of(manifest.Replace("pile: \"1.1\"", "pile: \"1.7\"\nnovelty: [1]", StringComparison.Ordinal)));
        Assert.Equal("1.7", PileProgram.RunToJson("info", folder["d"]).GetProperty("format_version").GetString());
    }

    private static JsonElement Column(JsonElement info,
        string name) => info.GetProperty("columns").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
}
