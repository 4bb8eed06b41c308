using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Which line of a delimited file has the names: the first record, a comment above it, or none.</summary>
public class CsvNamesTests
{
    [Theory]
    [InlineData("t.csv", "#name,type\nM31,galaxy\nM33,galaxy\n", "ascii.commented_header", ",")]
    [InlineData("t.csv", "# name , type\nM31,galaxy\nSun,star\n", "ascii.commented_header", ",")]
    [InlineData("t.dat", "# name type\nM31 galaxy\nM33 galaxy\n", "ascii.commented_header", " ")]
    [InlineData("t.txt", "# name ra dec\nM31 10:20:30 +41:27:00\nM33 11:20:30 +30:27:00\n", "ascii.commented_header", " ")]
    [InlineData("t.csv", "#name,observed\nM31,2020-01-01\nM33,2020-01-02\n", "ascii.commented_header", ",")]
    [InlineData("t.dat", "# id ra mag\n# () (deg) (AB)\n1 10.5 20.1\n2 11.5 20.2\n", "ascii.commented_header", " ")]
    [InlineData("t.csv", "# a comment, of two\nname,type\nM31,1\n", "ascii.csv", ",")]
    [InlineData("t.txt", "# my catalogue\nname type\nM31 galaxy\nSun star\n", "ascii.basic", " ")]
    [InlineData("t.csv", "id,2450000.5,2450001.5,2450002.5\ns1,10.1,,12.2\ns2,11.1,12.1,13.1\n", "ascii.csv", ",")]
    [InlineData("t.csv", "object,2011,2012,2013\nA,10,11,12\nB,13,14,15\n", "ascii.csv", ",")]
    [InlineData("t.csv", "probe,3.6,4.5\na1,0.2,0.1\na2,0.3,0.9\n", "ascii.csv", ",")]
    [InlineData("t.tsv", "name\tV\t2011\nA\tx\t12\n", "ascii.tab", "\t")]
    [InlineData("t.csv", "id,1,2,3\n7,10,11,12\n8,13,14,15\n", "ascii.csv", ",")]
    [InlineData("t.csv", "sample,100022,100025,10011\nid1,yes,no,yes\nid2,yes,yes,yes\n", "ascii.csv", ",")]
    [InlineData("t.csv", "M31,10.5,20\nM33,11.5,21\n", "ascii.no_header", ",")]
    [InlineData("t.csv", "M31,10:20:30,+41:27:00\nM33,11:20:30,+30:27:00\n", "ascii.no_header", ",")]
    [InlineData("t.csv", "star,1.5,2.5\ngalaxy,3.5,4.5\n", "ascii.no_header", ",")]
    [InlineData("t.csv", "HD 1,1,2\nHD 2,2,3\n", "ascii.no_header", ",")]
    public async Task Names_and_rows_are_those_of_astropy(string name, string text, string format, string delimiter)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder[name], text, TestContext.Current.CancellationToken);
        string arguments = $"{{\"format\": \"{format}\", \"delimiter\": \"{delimiter}\", \"comment\": \"#\"}}";
        await AstropyOracle.CompareAsync(folder[name], arguments.Replace("\t", "\\t", StringComparison.Ordinal), withTypes: false,
            withUnits: false);
    }

    [Theory] // photometry of ATLAS and ZTF
    [InlineData("###MJD          m      dm\n57248.5 19.1 0.1\n57249.5 18.9 0.2\n", "MJD m dm")]
    [InlineData("# a comment\n index, field, jd, filter\n0 468 2458197.87 ZTF_g\n1 468 2458198.87 null\n", "index field jd filter")]
    [InlineData("# index, field, jd, filter\n0 468 2458197.87 ZTF_g\n1 468 2458198.87 null\n", "index field jd filter")]
    [InlineData("name, mag\nVega 1\nDeneb 2\n", "name mag")]
    [InlineData("name, mag\nVega, 1\nDeneb, 2\n", "name mag")]
    public async Task Names_have_no_marks_of_comments_and_no_commas(string text, string names)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.txt"], text, TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.txt"]);
        Assert.Equal(names, string.Join(' ', table.Columns.Select(c => c.Name)));
    }

    [Theory]
    [InlineData("Vega,1,2\nDeneb,2,3\n", true)]
    [InlineData("1,2\n2,3\n", false)]
    [InlineData("name,1\nVega,2\n", false)]
    [InlineData("# name,mag\nVega,2\n", false)]
    public async Task A_first_line_that_is_a_row_although_it_has_words_is_reported(string text, bool isReported)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], text, TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.csv"]);
        string[] notes = [.. Opening.ITableNotes.Of(table)];
        Assert.Equal(isReported, notes.Any(note => note.StartsWith("the first line is read as a row", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("# id z_spec z_a\n# EAZY v1.00\n1 -1.0 0.5\n", "first comment has: id z_spec z_a. If these are the names, move")]
    [InlineData("# id z_spec z_a\n1 -1.0 0.5\n", null)]
    [InlineData("# EAZY v1.00\n# further remarks\n1 -1.0 0.5\n", null)]
    public async Task Names_in_a_comment_that_is_not_above_the_rows_are_reported(string text, string? note)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.dat"], text, TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.dat"]);
        string notes = string.Join('\n', Opening.ITableNotes.Of(table));
        Assert.Equal(note is not null, notes.Length > 0);
        Assert.Contains(note ?? "", notes, StringComparison.Ordinal);
    }
}
