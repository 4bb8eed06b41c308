using System.Text.Json;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class SExtractorTests
{
    private const string Sextractor = """{"format": "ascii.sextractor"}""";

    // A vector in the middle and one at the end, brackets in a description, no description, a short description.
    private const string Catalogue = """
        #   1 NUMBER                 Running object number
        #   2 ALPHA_J2000            Right ascension of barycenter (J2000)                      [deg]
        #   3 DELTA_J2000            Declination of barycenter (J2000)                          [deg]
        #   4 FLUX_APER              Flux vector within fixed circular aperture(s)              [count]
        #   7 X2_IMAGE                                                                          [pixel**2]
        #   8 X_MAMA                 Position [see text] along x                                [m**(-6)]
        #   9 FLAGS                  ab
        #  10 VIGNET                 Pixel data around detection                                [count]
                 1 265.1445228 +68.7507679  24.18  1e+30  22.95   1.25 0.00304   3   1.0  2.0  3.0
                 2 265.1384412 +68.7516124  22.23  21.59  21.29  -0.25 0.01004  27   4.0  5.0  -1e30

        """;

    [Theory]
    [InlineData("a.cat", Catalogue)]
    [InlineData("a.txt", Catalogue)]
    [InlineData("a.tbl", Catalogue)]
    [InlineData("a.dat", "# SExtractor 2.25\n# 1 NUMBER\n# 2 MAG_AUTO   [mag]   \n1 20.5\n# aside\n2 21.5\n")]
    [InlineData("a.dat", "# 1 id\n# 2 VALU-ES  Note [column 3] is missing\n# 4 name\n1 0.5 0.25 Vega\n2 1.5 0.25 x\n")]
    [InlineData("a.dat", "# 1 MAG\n1 2 3\n")]
    [InlineData("a.dat", "# 1 NUMBER\r\n# 2 X_IMAGE Position along x [pixel]\r\n1 2.5\r\n")]
    [InlineData("a.dat", "# 1 NUMBER        Galaxy ID number\n# 2 FLUX_ISO   \n# 4 VALUES   Note column 5 is missing\n# 6 FLAG\n")]
    public async Task A_catalogue_of_SExtractor_is_read_as_astropy_reads_it(string name, string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], content);
        await AgreesAsync(folder[name]);
    }

    [Fact]
    public async Task A_real_catalogue_of_SExtractor_is_read_as_astropy_reads_it()
    {
        string path = TestPaths.Data("catalog/text/sextractor3.dat");
        await AgreesAsync(path);
        using ITableReader table = Tables.Open(path);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        Assert.Equal(("ALPHA_J2000", "DELTA_J2000"), (columns.Ra.Name, columns.Dec.Name));
    }

    private static async Task AgreesAsync(string path)
    {
        await AstropyOracle.CompareAsync(path, Sextractor, withTypes: false);
        using ITableReader table = Tables.Open(path);
        using JsonDocument expected = JsonDocument.Parse(Python.Run("""
            import sys, json
            from astropy.io import ascii
            reader = ascii.SExtractor()
            reader.read(sys.argv[1])
            print(json.dumps([[c.name, c.unit, c.description] for c in reader.header.cols]))
            """, path));
        Assert.Equal(expected.RootElement.EnumerateArray().Select(c => (c[0].GetString(), c[1].GetString(), c[2].GetString())),
            table.Columns.Select(c => ((string?)c.Name, c.Unit, c.Description)));
    }

    [Theory] // comments that are not a header of SExtractor
    [InlineData("# 1 row per star\n1 2\n", "col1", "col2")]
    [InlineData("# 1 first note\n# 2 second note\nid ra\n1 2\n", "id", "ra")]
    [InlineData("# 1 first note\n# 2 second note\n# id ra\n1 2\n", "id", "ra")]
    [InlineData("# 2 first\n# 1 second\n1 2 3\n", "col1", "col2", "col3")]
    [InlineData("# 1 10.5\n# 2 11.5\n3 12.5\n", "2", "11.5")]
    public void Other_comments_are_not_a_header(string content, params string[] names)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.dat"], content);
        using ITableReader table = Tables.Open(folder["a.dat"]);
        Assert.Equal(names, table.Columns.Select(c => c.Name));
    }

    [Fact]
    public void Comments_of_CSV_are_not_a_header()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "# 1 NUMBER\n# 2 MAG\nid,mag\n1,2\n");
        using ITableReader table = Tables.Open(folder["a.csv"]);
        Assert.Equal(["id", "mag"], table.Columns.Select(c => c.Name));
    }

    [Fact]
    public void A_row_with_fewer_fields_than_columns_is_an_error()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.cat"], "# 1 NUMBER\n# 2 MAG\n# 3 FLAGS\n1 2\n");
        Assert.Contains("row 0, column 'FLAGS': line 4 with 2 fields is not a row of 3 fields",
            Assert.ThrowsAny<Format.PileException>(() => Tables.Open(folder["a.cat"])).Message, StringComparison.Ordinal);
    }
}
