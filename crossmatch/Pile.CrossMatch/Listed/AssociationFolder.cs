using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Writes the pairs of a match as a HATS association catalogue: <c>_healpix_29, a_object_id, b_object_id,
/// separation_arcsec</c>, in tiles by the position of A.</summary>
/// <remarks>Source: the layout and the keys of association tables of the package hats (<c>hats_col_assn_primary</c> …), HATS 1.0.</remarks>
internal sealed class AssociationFolder(MatchTable match)
{
    private const int MostTileRows = 1_000_000, MostOrder = 8, DirectorySize = 10_000;

    private readonly List<(int Order, long Pixel)> tiles = [];
    private string folder = "";
    private double maxArcsec;

    /// <summary>Writes the folder.</summary>
    /// <param name="path">The folder, which must not exist.</param>
    /// <param name="a">The address of A, and the name of its column of ids.</param>
    /// <param name="b">The address of B, and the name of its column of ids.</param>
    /// <param name="cancellationToken">Cancels the writing, and leaves no folder.</param>
    /// <exception cref="ArgumentException">The match has rows without a partner, lists, or groups.</exception>
    /// <exception cref="OutputExistsException">The folder exists.</exception>
    internal async Task WriteAsync(string path, (string Address, string IdColumn) a, (string Address, string IdColumn) b,
        CancellationToken cancellationToken)
    {
        if (match.Columns.FirstOrDefault(c => c.Name == "separation_arcsec") is not { Nullable: false, IsScalar: true })
            throw new ArgumentException("An association lists pairs: the match must be an inner one of two sides, without groups or "
                + "lists.");
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.Exists(path))
            throw new OutputExistsException(path, "Remove it, or choose another folder");
        folder = TemporaryPath.Beside(path, ".unfinished");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "dataset"));
            await WriteTilesAsync(cancellationToken).ConfigureAwait(false);
            File.WriteAllText(Path.Combine(folder, "partition_info.csv"),
                "Norder,Npix\n" + string.Concat(tiles.Select(t => FormattableString.Invariant($"{t.Order},{t.Pixel}\n"))));
            string properties = Properties(Path.GetFileName(Path.GetFullPath(path)), a, b);
            foreach (string name in (string[])[HatsProperties.FileName, HatsProperties.CopyName])
                File.WriteAllText(Path.Combine(folder, name), properties);
            Directory.Move(folder, path);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw new OutputUnwritableException(path, $"it cannot be written: {FileFault.TextOf(e)}",
                "Make room or give permission there, or name another folder", e);
        }
        finally
        {
            TemporaryPath.Delete(folder);
        }
    }

    private async Task WriteTilesAsync(CancellationToken cancellationToken)
    {
        int order = Order();
        List<RowBatch> waiting = [];
        long pixel = -1;
        bool isFirst = true;
        await foreach (RowBatch batch in match.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ReadOnlyMemory<double> ra = ((ColumnData<double>)batch["a_ra"]).Values, dec = ((ColumnData<double>)batch["a_dec"]).Values;
            long[] pixels = new long[batch.RowCount];
            for (int row = 0; row < pixels.Length; row++)
                pixels[row] = Healpix.AngToPix(Healpix.MaxOrder, ra.Span[row] % 360, dec.Span[row]);
            foreach (double arcsec in ((ColumnData<double>)batch["separation_arcsec"]).Values.Span)
                maxArcsec = Math.Max(maxArcsec, arcsec);
            RowBatch rows = new([new ColumnData<long>(new ColumnSchema { Name = "_healpix_29", DType = DType.Int64 }, pixels),
                batch["a_object_id"], batch["b_object_id"], batch["separation_arcsec"]]);
            if (isFirst)
                await WriteAsync("_common_metadata", [new RowBatch(rows.Columns.Select(c => c.Take([])))], cancellationToken)
                    .ConfigureAwait(false);
            isFirst = false;
            int shift = 2 * (Healpix.MaxOrder - order);
            for (int first = 0, end; first < pixels.Length; first = end)
            {
                for (end = first; end < pixels.Length && pixels[end] >> shift == pixels[first] >> shift;)
                    end++;
                if (pixels[first] >> shift != pixel)
                    await WriteTileAsync(order, pixel, waiting, cancellationToken).ConfigureAwait(false);
                pixel = pixels[first] >> shift;
                waiting.Add(new RowBatch(rows.Columns.Select(c => c.Take([.. Enumerable.Range(first, end - first)]))));
            }
        }
        await WriteTileAsync(order, pixel, waiting, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteTileAsync(int order, long pixel, List<RowBatch> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        string name = FormattableString.Invariant(
            $"Norder={order}/Dir={pixel / DirectorySize * DirectorySize}/Npix={pixel}.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, "dataset", name))!);
        await WriteAsync(name, rows, cancellationToken).ConfigureAwait(false);
        tiles.Add((order, pixel));
        rows.Clear();
    }

    private async Task WriteAsync(string name, List<RowBatch> rows, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "dataset", name), parquet = Path.ChangeExtension(path, ".parquet");
        await TableWriter.WriteAsync(parquet, [.. rows[0].Columns.Select(c => c.Schema)], rows.ToAsyncEnumerable(),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        if (parquet != path)
            File.Move(parquet, path);
    }

    // The coarsest order whose tiles have few enough rows, by the density of the pairs.
    private int Order()
    {
        for (int order = 0; order < Math.Min(match.Density.Order, MostOrder); order++)
            if (match.Density.Cells.GroupBy(c => c.Pixel >> (2 * (match.Density.Order - order)))
                .All(g => g.Sum(c => c.Pairs) <= MostTileRows))
                return order;
        return Math.Min(match.Density.Order, MostOrder);
    }

    private string Properties(string name, (string Address, string IdColumn) a, (string Address, string IdColumn) b)
    {
        StringBuilder text = new("#HATS catalog\n");
        foreach ((string key, string value) in new[]
        {
            ("obs_collection", name), ("dataproduct_type", "association"),
            ("hats_nrows", match.RowCount.ToString(CultureInfo.InvariantCulture)), ("hats_col_healpix", "_healpix_29"),
            ("hats_col_healpix_order", "29"), ("hats_primary_table_url", a.Address), ("hats_col_assn_primary", a.IdColumn),
            ("hats_col_assn_primary_assn", "a_object_id"), ("hats_assn_join_table_url", b.Address), ("hats_col_assn_join", b.IdColumn),
            ("hats_col_assn_join_assn", "b_object_id"), ("hats_col_assn_separation", "separation_arcsec"),
            ("hats_assn_max_separation", maxArcsec.ToString("R", CultureInfo.InvariantCulture)), ("hats_assn_leaf_files", "True"),
            ("hats_npix_suffix", ".parquet"), ("hats_builder", "Pile"), ("hats_version", "v1.0"),
        })
            text.Append(CultureInfo.InvariantCulture, $"{key}=")
                .Append(value.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('\n');
        return text.ToString();
    }
}
