using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>The words by which text files write missing values: <c>null</c> of Gaia and CasJobs, <c>\N</c> of 2MASS and dumps of databases.
/// What is missing is compared with pandas, to which the words are given.</summary>
public class NullWordTests
{
    [Theory]
    [InlineData("id,class,z\n1,GALAXY,0.07\n2,null,null\n3,\"null\",NULL\n", "null NULL")] // CasJobs
    [InlineData("id,class,z\n1,null,null\n2,GALAXY,0.5\n3,null,1.5\n4,null,2.5\n", "null")]
    [InlineData("id,class,z\n1,null,null\n2,null,null\n", "null")] // a selection without any value
    [InlineData("id,name,n\n1,null,1\n2,Smith,2\n", "")] // a name
    [InlineData("id,name,n\n1,\\N,1\n2,Smith,\\N\n3,null,3\n", "\\N")]
    [InlineData("id,a,b\n1,\\N,\\N\n2,\\N,0.5\n3,\\N,\\N\n", "\\N")] // 2MASS: most values are missing
    public async Task Words_are_missing_as_the_columns_of_numbers_show(string text, string words)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], text);
        using ITableReader table = Tables.Open(folder["t.csv"]);
        List<string[]> cells = await Cells.ReadAsync(table);
        // pandas does not tell a quoted word from a bare one.
        string expected = Python.Run("""
            import sys, pandas as pd
            text = open(sys.argv[1]).read().replace('"null"', 'QUOTED')
            open(sys.argv[2], 'w').write(text)
            t = pd.read_csv(sys.argv[2], na_values=sys.argv[3].split(), keep_default_na=False)
            print('|'.join(' '.join('∅' if pd.isna(v) else str(v) for v in t[c]) for c in t).replace('QUOTED', 'null'))
            """, folder["t.csv"], folder["p.csv"], words).Trim();
        Assert.Equal(Plain(expected.Split('|').Select(column => column.Split(' '))), Plain(cells));
        Assert.Empty(Opening.ITableNotes.Of(table)); // words are no numbers among which a text is odd
        foreach ((ColumnSchema column, string[] values) in table.Columns.Zip(cells))
            Assert.Equal(values.Contains(Cells.Null), column.Nullable);

        // pandas has float64 for integers beside missing ones.
        static IEnumerable<IEnumerable<string>> Plain(IEnumerable<string[]> columns) =>
            columns.Select(c => c.Select(v => v.EndsWith(".0", StringComparison.Ordinal) ? v[..^2] : v));
    }

    [Fact]
    public async Task Text_of_ECSV_is_missing_if_numbers_are_missing_so()
    {
        using TemporaryFolder folder = new();
        const string Header = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: id, datatype: int64}\n"
            + "# - {name: x, datatype: float64}\n# - {name: lib, datatype: string}\n# schema: astropy-2.0\nid,x,lib\n";
        File.WriteAllText(folder["gaia.csv"], Header + "1,0.5,PHOENIX\n2,null,null\n3,1.5,\"null\"\n");
        File.WriteAllText(folder["names.csv"], Header + "1,0.5,PHOENIX\n2,,null\n");
        using ITableReader gaia = Tables.Open(folder["gaia.csv"]), names = Tables.Open(folder["names.csv"]);
        Assert.Equal(["PHOENIX", Cells.Null, "null"], (await Cells.ReadAsync(gaia))[2]);
        Assert.Equal(["PHOENIX", "null"], (await Cells.ReadAsync(names))[2]);
    }

    [Fact]
    public async Task A_first_row_of_a_dump_is_no_names()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["psc.csv"], Enumerable.Range(0, 20).Select(i => $"{10 + i}.5|{-20 - i}.5|0004{i:0000}-8955 |12.467|AAA|"
            + (i % 2 == 0 ? @"\N|\N|\N|\N" : ".2|12|19.1|18.0")));
        using ITableReader table = Tables.Open(folder["psc.csv"]);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(20, cells[0].Length);
        Assert.Equal(["col1", "col2"], table.Columns.Take(2).Select(c => c.Name));
        Assert.Equal([Cells.Null, "19.1"], cells[7].Take(2));
    }
}
