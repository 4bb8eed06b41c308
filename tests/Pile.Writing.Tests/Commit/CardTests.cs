using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

/// <summary>The example code in a dataset's README works with h5py and DuckDB. LSDB cannot be installed here; other tests check the rules
/// of HATS.</summary>
public sealed partial class CardTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(10.0)]
    public async Task The_examples_for_h5py_and_DuckDB_work(double? marginArcsec)
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0, Subset = "north", MarginArcsec = marginArcsec }, null,
            Datasets.ZooUnits(200, 3, 50));
        await Datasets.Build(folder["light"], Zoo.Spec with { Order = 0, MarginArcsec = marginArcsec }, null,
            ("u", [Zoo.Positions(Zoo.Shuffled(100, 3))]));
        foreach ((string name, int rows, string first) in (ReadOnlySpan<(string, int, string)>)[("d", 200, "(4, 5)"), ("light", 100, "")])
        {
            string card = File.ReadAllText(folder[$"{name}/README.md"]);
            string[] python = Blocks(card, "python"), sql = Blocks(card, "sql");
            string output = Python.Run($"import os, sys\nos.chdir(sys.argv[1])\n{python[0]}", folder[name]);
            string[] lines = output.TrimEnd().Split('\n');
            Assert.Equal(rows, lines.Sum(line => int.Parse(line.Split(' ')[1])));
            Assert.All(lines, line => Assert.EndsWith(first, line));
            Assert.Equal("import lsdb\ncatalog = "
                + $"lsdb.open_catalog(\"{(name == "d" ? "north" : "main")}{(marginArcsec is null ? "/index" : "")}\")\n", python[1]);
            Assert.Equal(5, SqlRows.Of(Assert.Single(sql).TrimEnd().TrimEnd(';').Replace("read_parquet('",
                $"read_parquet('{folder[name]}/", StringComparison.Ordinal)).Count);
        }
    }

    private static string[] Blocks(string card, string language) =>
        [.. Block().Matches(card).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
