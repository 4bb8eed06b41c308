using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary>Time scales and spectral media of exported HATS collections, which are those of the dataset.</summary>
public sealed class HatsTimeTests : IDisposable
{
    private static readonly string Valid = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid");

    // Reads the VOTable in the metadata of the catalogue with astropy: time systems of fields, and media of groups that refer to fields.
    private const string Judge = """
        import io, sys, warnings
        warnings.simplefilter('ignore')
        from astropy.io.votable import parse
        data = open(sys.argv[1], 'rb').read()
        votable = parse(io.BytesIO(data[data.index(b'<?xml'):data.index(b'</VOTABLE>') + 10]))
        systems = {s.ID: s for r in votable.resources for s in r.time_systems}
        table = votable.get_first_table()
        media = {e.ref: [p.value for p in g.entries if hasattr(p, 'value')][0]
                 for g in table.groups for e in g.entries if not hasattr(e, 'value')}
        for field in table.fields:
            if field.ref in systems:
                s = systems[field.ref]
                print(field.name, s.timescale, s.refposition, s.timeorigin)
            if field.ID in media:
                print(field.name, media[field.ID])
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Standard_times_have_the_time_system_of_the_dataset_and_match_as_the_dataset()
    {
        // The same instants in two scales: TDB is 69.184 s ahead of UTC, as astropy computes.
        string[] mjd = Python.Run("""
            from astropy.time import Time
            t = Time([59000.25, 59001.75], format='mjd', scale='utc')
            print(*map(repr, map(float, t.utc.mjd)), *map(repr, map(float, t.tdb.mjd)))
            """).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Build("a", "UTC", $"1,10,20,{mjd[0]}\n2,30,40,{mjd[1]}\n");
        Build("b", "TDB", $"1,10,20,{mjd[2]}\n2,30,40,{mjd[3].Trim()}\n");
        PileProgram.RunToJson("export", folder["a"], "--format", "hats", "--out", folder["hats"]);
        Assert.Equal("mjd UTC UNKNOWN MJD-origin\n", Python.Run(Judge, folder["hats/t/dataset/_common_metadata"]));

        JsonElement time = Column(folder["hats"], "mjd").GetProperty("time");
        Assert.Equal(("UTC", 0.0), (time.GetProperty("scale").GetString(), time.GetProperty("zero_mjd").GetDouble()));
        string expected = Match("a");
        Assert.Equal(2, expected.Split('\n').Length - 2);
        Assert.Equal(expected, Match("hats"));
        Assert.Equal(expected, Match("hats/t"));
    }

    [Fact]
    public void Wavelengths_have_their_medium()
    {
        PileProgram.RunToJson("export", Path.Combine(Valid, "spectrum"), "--format", "hats", "--out", folder["hats"]);
        Assert.Contains("spectrum.lambda vacuum\n", Python.Run(Judge, folder["hats/conformance-spectrum/dataset/_common_metadata"]),
            StringComparison.Ordinal);
        Assert.Equal("vacuum", Column(folder["hats"], "spectrum.lambda").GetProperty("spectral_medium").GetString());
    }

    [Fact]
    public void Times_of_samples_keep_their_zero_point()
    {
        PileProgram.RunToJson("export", Path.Combine(Valid, "time-series"), "--format", "hats", "--out", folder["hats"]);
        JsonElement time = Column(folder["hats"], "lightcurve.time").GetProperty("time");
        Assert.Equal(("TDB", "BARYCENTER", 56999.5), (time.GetProperty("scale").GetString(), time.GetProperty("reference").GetString(),
            time.GetProperty("zero_mjd").GetDouble()));
    }

    private static JsonElement Column(string dataset, string name) => PileProgram.RunToJson("info", dataset).GetProperty("columns")
        .EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private string Match(string a)
    {
        PileProgram.RunToJson("crossmatch", folder[a], folder["b"], "--radius", "1", "--time-window", "1s",
            "--a-time-reference", "GEOCENTER", "--b-time-reference", "GEOCENTER", "--out", folder["m.csv"], "--replace");
        return File.ReadAllText(folder["m.csv"]);
    }

    private void Build(string name, string scale, string rows)
    {
        File.WriteAllText(folder[$"{name}.csv"], $"object_id,ra,dec,mjd\n{rows}");
        File.WriteAllText(folder[$"{name}.yaml"],
            Recipes.Text("catalogue", $"kind: table\nfiles: {name}.csv").Replace("name: test", "name: t", StringComparison.Ordinal)
            + $"native: {{ mjd: {{ unit: d }} }}\noptions: {{ time_scale: {scale} }}\n");
        PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
    }
}
