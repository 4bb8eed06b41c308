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
}
