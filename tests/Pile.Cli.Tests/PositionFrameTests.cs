using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The frame that written VOTables state, and the columns that refer to it.</summary>
public sealed class PositionFrameTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory] // as astropy reads them
    [InlineData("sky", "object_id,ra,dec,lon,lat", "dec ICRS ra ICRS")]
    [InlineData("sky", "object_id,lon,lat", "")]
    [InlineData("earth", "object_id,lon,lat", "lat WGS84 lon WGS84")]
    [InlineData("earth", "object_id", "")]
    public void Only_the_position_of_a_dataset_is_in_its_frame(string dataset, string columns, string expected)
    {
        string path = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "earth");
        if (dataset == "sky")
        {
            File.WriteAllText(folder["t.csv"], "id,ra,dec,lon,lat\n1,10,20,30,40\n");
            PileProgram.Run("build", "--from", folder["t.csv"], "--out", path = folder["d"]);
        }
        PileProgram.Run("query", path, "--columns", columns, "--out", folder["query.vot"]);
        PileProgram.Run("sql", path, $"SELECT {columns} FROM d", "--out", folder["sql.vot"]);
        PileProgram.Run("sql", "--as", $"a={path}", "--as", $"b={path}", $"SELECT a.* FROM (SELECT {columns} FROM a) a",
            "--out", folder["two.vot"]);
        foreach (string name in (string[])["query.vot", "sql.vot", "two.vot"])
            Assert.Equal(expected, Python.Run("""
                import sys, warnings
                warnings.simplefilter('ignore')
                from astropy.io.votable import parse
                r = parse(sys.argv[1]).resources[0]
                systems = {s.ID: s.system for s in r.coordinate_systems}
                fields = [f'{f.name} {systems[f.ref]}' for f in r.tables[0].fields if f.ref]
                assert bool(systems) == bool(fields)
                print(*sorted(fields))
                """, folder[name]).Trim());
    }
}
