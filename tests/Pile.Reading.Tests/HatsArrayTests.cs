using System.Numerics;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Lists of lists in the tiles of HATS catalogues are arrays, whose elements and shapes are those that DuckDB reads.</summary>
public sealed class HatsArrayTests : IDisposable
{
    private const string Rows = """
        SELECT * FROM (VALUES
            (1::BIGINT, 10.0::DOUBLE, 5.0::DOUBLE, [[1, 2, 3], [4, 5, 6]]::FLOAT[][], [[[1, 2]], [[3, 4]]]::INTEGER[][][],
                {'band': ['g', 'r'], 'flux': [[[0.5, NULL]], [[-1, 'nan'::DOUBLE]]]}::STRUCT(band VARCHAR[], flux DOUBLE[][][])),
            (2, 11, 5, [[7, 8, 9], [10, 11, 12]], [[[5], [6]]], {'band': ['z'], 'flux': [[[2, 3], [4, 5]]]}),
            (3, 12, 5, NULL, [], NULL)) AS t(id, ra, "dec", img, "cube", image)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("*x*")]
    [InlineData("3x2")]
    public async Task Lists_of_lists_are_arrays(string declared)
    {
        WriteCatalogue(Rows, $"<VOTABLE><FIELD name='img' datatype='float' arraysize='{declared}' unit='Jy'/></VOTABLE>");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        RowBatch batch = await SingleAsync(dataset);
        Assert.Equal(declared is "3x2" ? [2, 3] : [-1, -1], batch["img"].Schema.Shape);
        Assert.Equal((DType.Float32, "Jy"), (batch["img"].Schema.DType, batch["img"].Schema.Unit));
        Assert.Equal(Flat("flatten(img)"), Elements<float>(batch["img"]));
        Assert.Equal(["2 3", "2 3", "null"], Shapes<float>(batch["img"]));
        Assert.Equal(Flat("flatten(flatten(\"cube\"))"), Elements<int>(batch["cube"]));
        Assert.Equal(["2 1 2", "1 2 1", "0 0 0"], Shapes<int>(batch["cube"]));
        Assert.Equal(Flat("flatten(flatten(image.flux))"), Elements<double>(batch["image.flux"])); // a missing element is NaN
        Assert.Equal(["2 1 2", "1 2 2", "null"], Shapes<double>(batch["image.flux"]));
        Assert.Equal(DType.String, batch["image.band"].Schema.DType);
        Assert.Equal(2, await dataset.CountAsync(dataset.Query().Where("len(img[1]) = 3"), Token));
    }

    [Theory]
    [InlineData("3x*", "NULL", "0 3")]
    [InlineData("3x*", "[]", "0 3")]
    [InlineData("*x2", "NULL", "2 0")]
    [InlineData("*x2", "[[], []]", "2 0")]
    public async Task A_row_without_elements_has_the_declared_axes(string declared, string value, string shape)
    {
        WriteCatalogue($"SELECT i AS id, 10.0::DOUBLE + i AS ra, 5.0::DOUBLE AS \"dec\", CASE i WHEN 1 THEN {value} "
            + "ELSE [[1, 2, 3], [4, 5, 6]] END::FLOAT[][] AS img FROM range(3) t(i)",
            $"<VOTABLE><FIELD name='img' datatype='float' arraysize='{declared}'/></VOTABLE>");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        ColumnData<float> arrays = (ColumnData<float>)(await SingleAsync(dataset))["img"];
        Assert.Equal(value is "NULL", arrays.IsNullAt(1));
        Assert.Equal(["2 3", shape, "2 3"], Enumerable.Range(0, 3).Select(row => string.Join(' ', arrays.ShapeOf(row).ToArray())));
        Assert.Equal([4f, 5f, 6f], arrays.Row(2)[3..].ToArray());
    }

    [Theory]
    [InlineData("[[1, 2], [3]]", "lists of 2 and of 1 elements", "*x*")]
    [InlineData("[[1, 2], NULL]", "a missing list", "*x*")]
    [InlineData("[[1, 2], [3, 4]]", "an array of shape [2, 2]", "3x2")]
    public async Task A_row_that_is_not_an_array_is_an_error(string value, string finding, string declared)
    {
        WriteCatalogue($"SELECT i AS id, 10.0::DOUBLE + i AS ra, 5.0::DOUBLE AS \"dec\", CASE i WHEN 1 THEN {value}::FLOAT[][] END AS img "
            + "FROM range(3) t(i)", $"<VOTABLE><FIELD name='img' datatype='float' arraysize='{declared}'/></VOTABLE>");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        string message = (await Assert.ThrowsAsync<ValueInvalidException>(() => SingleAsync(dataset))).Message;
        Assert.Contains("row 1, column 'img'", message, StringComparison.Ordinal);
        Assert.Contains(finding, message, StringComparison.Ordinal);
        Assert.Contains("CAST(\"img\" AS VARCHAR)", message, StringComparison.Ordinal);
    }

    private static IEnumerable<double> Elements<T>(ColumnData column) where T : unmanaged, INumber<T> => Enumerable
        .Range(0, column.RowCount).Where(row => !column.IsNullAt(row))
        .SelectMany(row => ((ColumnData<T>)column).Row(row).ToArray()).Select(double.CreateChecked);

    private static IEnumerable<string> Shapes<T>(ColumnData column) where T : unmanaged => Enumerable.Range(0, column.RowCount)
        .Select(row => column.IsNullAt(row) ? "null" : string.Join(' ', ((ColumnData<T>)column).ShapeOf(row).ToArray()));

    private static async Task<RowBatch> SingleAsync(Dataset dataset)
    {
        RowBatch? found = null;
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().OrderBy("id"), Token))
            found = batch;
        return found!;
    }

    /// <summary>Returns the elements of all rows as DuckDB reads them, one after the other.</summary>
    private static IEnumerable<double> Flat(string list)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query(
            $"SELECT coalesce(x::DOUBLE, 'nan') FROM (SELECT id, unnest({list}) AS x, generate_subscripts({list}, 1) AS i FROM ({Rows})) "
                + "ORDER BY id, i");
        return [.. result.Chunks().SelectMany(chunk => chunk.Values<double>(0).ToArray())];
    }

    private void WriteCatalogue(string select, string markup)
    {
        string dataset = Directory.CreateDirectory(folder["cat/dataset/Norder=0/Dir=0"]).Parent!.Parent!.FullName;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string options = $"(FORMAT PARQUET, KV_METADATA {{\"IVOA.VOTable-Parquet.content\": {DuckDbSql.Literal(markup)}}})";
        connection.Execute($"COPY (FROM ({select}) LIMIT 0) TO '{dataset}/_common_metadata' {options}");
        connection.Execute($"COPY ({select}) TO '{dataset}/Norder=0/Dir=0/Npix=4.parquet' {options}");
        File.WriteAllLines(folder["cat/partition_info.csv"], ["Norder,Npix", "0,4"]);
        File.WriteAllText(folder["cat/hats.properties"],
            "obs_collection=made\ndataproduct_type=object\nhats_nrows=3\nhats_col_ra=ra\nhats_col_dec=dec\n");
    }
}
