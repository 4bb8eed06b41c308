using Pile.Format;

namespace Pile.Builders.Tests.Sources;

public class TableTests
{
    [Fact]
    public async Task Another_spelling_of_a_standard_unit_is_that_unit()
    {
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: catalog/gaia_results.fits").ReadAllAsync(TestContext.Current.CancellationToken); // pmra in 'mas yr-1'
        Assert.Equal(("mas/yr", "mas/yr"), (rows[0]["pmra"].Schema.Unit, rows[0]["pmdec"].Schema.Unit));
        Assert.Equal(4977, rows.Sum(r => r.RowCount));
    }

    [Theory]
    [InlineData("id,ra,dec,pmra\n1,100,20,3.5\n", "native_pmra")] // without a unit nobody knows
    [InlineData("id,ra,dec,ref_epoch\n1,100,20,J2000\n", "native_ref_epoch")]
    public async Task A_column_that_only_sounds_like_a_standard_one_keeps_its_values_under_another_name(string csv, string name)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pile-table-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "t.csv"), csv, TestContext.Current.CancellationToken);
            List<string> notes = [];
            List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.FullName, note => notes.Add(note.Message)).ReadAllAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ColumnRole.Native, rows[0][name].Schema.Role);
            Assert.Contains(notes, n => n.Contains($"'{name}'", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
