using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Publishing.Tests.Exporting.MadeDatasets;

namespace Pile.Publishing.Tests.Copying;

/// <summary>Arrays of datasets that are exported as HATS catalogues and copied from them.</summary>
public class CatalogueArrayTests
{
    private const string Declared = ", KV_METADATA {'IVOA.VOTable-Parquet.content': "
        + "'<VOTABLE><FIELD name=\"img\" arraysize=\"3x2\"/></VOTABLE>'}";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copied_catalogue_has_the_arrays_of_the_exported_dataset(bool isDeclared)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        ColumnSchema ragged = new() { Name = "cube", DType = DType.Int16, Shape = [-1, 2, -1], IsHeavy = true };
        await BuildAsync(folder["d"], "catalogue", "s",
        [
            .. Common(3),
            new ColumnData<float>(new ColumnSchema { Name = "img", DType = DType.Float32, Shape = [2, 3], IsHeavy = true },
                Each(18, i => i / 4f)),
            new ColumnData<short>(ragged, Each(28, i => (short)(i * 3)), [1, 2, 3, 2, 2, 4, 3, 2, 1]),
        ]);
        await using (Dataset source = await Dataset.OpenAsync(folder["d"], cancellationToken: token))
            _ = await DatasetExport.ToHatsAsync(source, folder["hats"],
                new ExportOptions { ParquetMetadata = isDeclared ? _ => Declared : null }, token);
        _ = await DatasetCopy.RunAsync(folder["hats"], folder["copy"], null, token);
        await using Dataset copy = await Dataset.OpenAsync(folder["copy"], cancellationToken: token);
        Assert.Equal(isDeclared ? [2, 3] : [-1, -1], copy.Manifest.Columns.First(c => c.Name == "img").Shape);
        Assert.Equal(3, copy.Manifest.Columns.First(c => c.Name == "cube").Shape.Length);
        Assert.Equal(await RowsAsync(folder["d"]), await RowsAsync(folder["copy"]));

        async Task<string> RowsAsync(string path)
        {
            await using Dataset dataset = await Dataset.OpenAsync(path, cancellationToken: token);
            List<string> rows = [];
            RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns("object_id", "img", "cube"), cancellationToken: token);
            await foreach (RowBatch batch in reader.ReadAllAsync(2, token))
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add($"{batch.Values<long>("object_id")[row]}: {Text<float>(batch["img"], row)}; "
                        + Text<short>(batch["cube"], row));
            return string.Join('\n', rows.Order(StringComparer.Ordinal));
        }
    }

    private static string Text<T>(ColumnData column, int row) where T : unmanaged => $"[{string.Join(',',
        column.ShapeOf(row).ToArray())}] {string.Join(' ', ((ColumnData<T>)column).Row(row).ToArray())}";
}
