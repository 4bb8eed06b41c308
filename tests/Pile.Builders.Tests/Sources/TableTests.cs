using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class TableTests
{
    [Fact]
    public async Task Columns_keep_their_names_but_those_of_every_dataset()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,RA_ICRS,DE_ICRS,ra,healpix,pmra,ref_epoch\n1,100,20,06:40:00,7,3.5,J2000\n", TestContext.Current.CancellationToken);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv\nra: RA_ICRS\ndec: DE_ICRS", folder.Path).ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["object_id", "ra", "dec", "id", "RA_ICRS", "DE_ICRS", "native_ra", "native_healpix", "pmra", "ref_epoch"], rows[0].Columns.Select(c => c.Schema.Name));
        Assert.All(rows[0].Columns.Skip(3), c => Assert.Equal(ColumnRole.Native, c.Schema.Role));
    }

    [Theory] // a STRUCT of lists as HATS nests them; the file is a tile of the conformance folder
    [InlineData("", "lc")]
    [InlineData("\nnested: false", null)]
    public async Task Lists_of_a_parquet_struct_stay_a_nested_group_with_its_missing_rows(string option, string? group)
    {
        string folder = Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid/nested/main/index/dataset/Norder=0/Dir=0");
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: table\nfiles: \"*.parquet\"\nid: object_id{option}", folder).ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, rows.Sum(r => r.RowCount));
        foreach (RowBatch batch in rows)
            for (int row = 0; row < batch.RowCount; row++)
            {
                int i = (int)Math.Max(((ColumnData<long>)batch["object_id"]).Row(row)[0] / 1_000_000_000_000, 0);
                ColumnData<double> time = (ColumnData<double>)batch["lc.time"];
                Assert.Equal(i == 4, time.IsNullAt(row));
                Assert.Equal(Enumerable.Range(0, i == 4 ? 0 : 2 * i).Select(k => 59_000.5 + k), time.Row(row).ToArray());
                Assert.Equal((group, true), (time.Schema.Nested, time.Schema.IsList));
                Assert.Equal((null, true), (batch["neighbours"].Schema.Nested, batch["neighbours"].Schema.IsList));
            }
    }

    [Fact]
    public async Task A_file_of_several_globs_is_one_unit_and_two_files_never_share_a_name()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["recipe", "t"])
            Directory.CreateDirectory(folder[name]);
        Directory.CreateDirectory(folder["recipe/t"]);
        foreach (string name in (string[])["t/a.csv", "recipe/t/a.csv", "recipe/t/b.csv"])
            await File.WriteAllTextAsync(folder[name], "id,ra,dec\n1,100,20\n", TestContext.Current.CancellationToken);
        List<SourceUnit> units = await BuilderRuns.Builder("kind: table\nfiles: [t/a.csv, \"t/*.csv\", \"**/b.csv\"]", folder["recipe"]).PlanAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["t/a.csv", "t/b.csv"], units.Select(u => u.Id));

        DocumentInvalidException shared = await Assert.ThrowsAsync<DocumentInvalidException>(async () =>
            await BuilderRuns.Builder("kind: table\nfiles: [t/a.csv, ../t/a.csv]", folder["recipe"]).PlanAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"'{folder["recipe/t/a.csv"]}' and '{folder["t/a.csv"]}' would both be called 't/a.csv'", shared.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_lose_the_blanks_behind_them_and_no_others()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec\n\" a \",100,20\n\" a\",100,21\n\"a\t\",100,22\n", TestContext.Current.CancellationToken);
        List<RowBatch> rows = await BuilderRuns.Builder("kind: table\nfiles: t.csv", folder.Path).ReadAllAsync(TestContext.Current.CancellationToken);
        TextColumnData ids = Assert.IsType<TextColumnData>(rows[0]["object_id"]);
        Assert.Equal([" a", " a", "a\t"], Enumerable.Range(0, 3).Select(row => ids.Text(row)));
    }
}
