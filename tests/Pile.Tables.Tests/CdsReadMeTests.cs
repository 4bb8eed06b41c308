using System.Text;
using Pile.Tables.Fixed;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class CdsReadMeTests
{
    private const string Rows = "  1 10.125 20.250 12.1\n  2 11.125 21.250 99.9\n  3 12.125 22.250 13.0\n";

    [Theory]
    [InlineData("f?cat.dat", "f1cat.dat")]
    [InlineData("*cat.dat", "f1cat.dat")]
    [InlineData("f[12]cat.dat", "f2cat.dat")]
    [InlineData("f[!2-9]cat.dat", "f1cat.dat")]
    [InlineData("other.dat, f*.dat", "f1cat.dat")]
    public async Task A_ReadMe_describes_the_files_that_its_pattern_matches(string pattern, string name)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["ReadMe"], ReadMe(pattern));
        File.WriteAllText(folder[name], Rows);
        await AstropyOracle.CompareAsync(folder[name], $$"""{"format": "ascii.cds", "readme": "{{folder["ReadMe"]}}"}""");
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal([null, "deg", "deg", "mag"], table.Columns.Select(c => c.Unit));
        Assert.Equal(["12.1", Cells.Null, "13"], (await Cells.ReadAsync(table))[3]);
        Assert.Empty(ITableNotes.Of(table));
    }

    [Fact]
    public void The_name_of_a_file_precedes_patterns()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["ReadMe"], ReadMe("f*.dat") + ReadMe("f1cat.dat").Replace("Vmag", "Bmag", StringComparison.Ordinal));
        File.WriteAllText(folder["f1cat.dat"], Rows);
        using ITableReader table = Tables.Open(folder["f1cat.dat"]);
        Assert.Equal("Bmag", table.Columns[3].Name);
    }

    [Theory]
    [InlineData("g?cat.dat", true)]
    [InlineData("F1cat.dat", true)]
    [InlineData(null, false)]
    public void A_ReadMe_that_describes_other_files_only_is_reported(string? pattern, bool isReported)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["ReadMe"], pattern is null ? "How to use these files\n" : ReadMe(pattern));
        File.WriteAllText(folder["f1cat.dat"], Rows);
        using ITableReader table = Tables.Open(folder["f1cat.dat"]);
        Assert.Equal("col1", table.Columns[0].Name);
        string[] notes = [.. ITableNotes.Of(table)];
        Assert.Equal(isReported ? 1 : 0, notes.Length);
        Assert.All(notes, note => Assert.StartsWith("the ReadMe of the CDS beside 'f1cat.dat' is not used", note,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Patterns_match_as_in_Python()
    {
        Random random = new(7);
        StringBuilder pairs = new();
        List<bool> found = [];
        for (int i = 0; i < 4000; i++)
        {
            string name = Letters("ab1-]", 5), pattern = Letters("ab1-][!?**", 7);
            found.Add(FileNamePattern.Matches(name, pattern));
            pairs.Append(name).Append(' ').Append(pattern).Append('\n');
        }
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["pairs"], pairs.ToString());
        string expected = Python.Run("""
            import sys, fnmatch
            for line in open(sys.argv[1]):
                name, pattern = line.rstrip('\n').split(' ')
                print('1' if fnmatch.fnmatch(name, pattern) else '0', end='')
            """, folder["pairs"]);
        Assert.Equal(expected.Trim(), string.Concat(found.Select(f => f ? '1' : '0')));

        string Letters(string of, int most) => new([.. Enumerable.Range(0, random.Next(1, most)).Select(_ => of[random.Next(of.Length)])]);
    }

    private static string ReadMe(string names) => $"""
        J/A+A/999/1         Test                                  (Doe+, 2020)
        ================================================================================
        Byte-by-byte Description of file: {names}
        --------------------------------------------------------------------------------
           Bytes Format Units     Label     Explanations
        --------------------------------------------------------------------------------
           1-  3 I3     ---       ID        Number
           5- 10 F6.3   deg       RAdeg     Right ascension
          12- 17 F6.3   deg       DEdeg     Declination
          19- 22 F4.1   mag       Vmag      ?=99.9 V magnitude
        --------------------------------------------------------------------------------

        """;
}
