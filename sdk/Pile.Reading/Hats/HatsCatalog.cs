using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A HATS catalogue that is read as a dataset: a manifest in memory, and its tiles.</summary>
/// <remarks>Nothing is built or copied. Tiles have no checksums; their keys are compared with the positions by <see cref="PositionCheck"/>,
/// and their rows with the catalogue's list by <see cref="HatsTiles"/>. Source of the layout: the HATS note of the IVOA, version
/// 1.0.</remarks>
internal sealed class HatsCatalog : IForeignCatalog
{
    private readonly IFileStore store;
    private readonly HatsFolder found;

    private HatsCatalog(IFileStore store, HatsFolder found, Manifest manifest, HatsTileTypes tileTypes, string? idColumn, byte[] schema)
    {
        (this.store, this.found, Manifest, TileTypes, IdColumn) = (store, found, manifest, tileTypes, idColumn);
        Identity = [.. found.Identity, .. schema];
    }

    /// <summary>The manifest of the catalogue as a dataset. It has no checksum of a list of files.</summary>
    public Manifest Manifest { get; }

    /// <summary>The column of the catalogue that has the ids; null if these are row numbers.</summary>
    internal string? IdColumn { get; }

    /// <summary>The columns of the opened tiles that differ from the declared ones.</summary>
    internal HatsTileTypes TileTypes { get; }

    /// <summary>The bytes of the catalogue's properties and of the declared schema of its tiles, which identify it but not its values.
    /// </summary>
    public byte[] Identity { get; }

    /// <summary>Opens the catalogue or collection at an address.</summary>
    /// <param name="store">The address.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="isDeniedMissing">True to take a file that the store denies as one that is missing.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The catalogue; null if the address has no properties of HATS.</returns>
    /// <exception cref="DatasetInvalidException">The catalogue is not valid, or is of a kind that has no rows of its own.</exception>
    /// <exception cref="ArgumentException"><see cref="DatasetOptions.IdColumn"/> is not a column of ids.</exception>
    internal static async Task<HatsCatalog?> TryOpenAsync(IFileStore store, DatasetOptions options, bool isDeniedMissing,
        CancellationToken cancellationToken)
    {
        if (await HatsFolder.FindAsync(store, options.OnMessage, isDeniedMissing, cancellationToken).ConfigureAwait(false)
            is not { } folder)
            return null;
        if (options.IgnoreIndex)
            throw new ArgumentException($"'{store.Address}' is a HATS catalogue, whose tiles are all that it has. Do not set "
                + "DatasetOptions.IgnoreIndex.");
        (ImmutableArray<DuckDbField> fields, string? markup, byte[] schema) =
            await SchemaAsync(store, folder, cancellationToken).ConfigureAwait(false);
        string key = folder.Properties["hats_col_healpix"] ?? ColumnNames.Healpix29;
        // Pixels of another order are a column like any other: positions select the rows.
        bool isKey = folder.Properties["hats_col_healpix_order"] is null or "29",
            hasKey = isKey && fields.Any(f => f.Name == key && f.Type.Id == DuckDbTypeId.BigInt);
        if (!hasKey && (isKey || fields.All(f => f.Name != key)) && folder.Properties["hats_col_healpix"] is not null)
            throw HatsFolder.Invalid(store, $"'{HatsProperties.FileName}' names the column of pixels '{key}' (hats_col_healpix), but its "
                + "tiles have no such column");
        ImmutableArray<ColumnSchema> native = VoParquet.Describe(HatsColumns.Of(fields.Where(f => !isKey || f.Name != key),
            store.Address, options.OnMessage), markup);
        HatsPositions positions = new(store.Address, folder.Properties, options.OnMessage);
        ImmutableArray<ColumnSchema> columns = positions.Complete(native, options.IdColumn);
        HatsTileTypes types = new(store.Address, folder.Folder + HatsTiles.CommonMetadata, fields, schema, options.OnMessage)
        {
            RaColumn = positions.StoredRa,
        };
        ForeignIndex foreign = new(folder.Folder, hasKey ? DuckDbSql.Identifier(key) : null);
        if (RowsOf(folder.Properties) is { } rows)
            return new HatsCatalog(store, folder, ManifestOf(folder.Properties, foreign, columns, rows), types, positions.IdColumn, schema);
        HatsCatalog unlisted = new(store, folder, ManifestOf(folder.Properties, foreign, columns, 0), types, positions.IdColumn, schema);
        long counted = (await unlisted.ListAsync(null, cancellationToken).ConfigureAwait(false)).Sum(t => t.File.Rows);
        return new HatsCatalog(store, folder, unlisted.Manifest with { Rows = counted }, types, positions.IdColumn, schema);
    }

    /// <summary>Returns the tiles as a list of files.</summary>
    /// <exception cref="DatasetInvalidException">The list of tiles is missing or not valid, or contradicts the number of rows.</exception>
    public async Task<FileList> FilesAsync(CancellationToken cancellationToken) =>
        FileList.OfTiles(await ListAsync(Manifest.Rows, cancellationToken).ConfigureAwait(false));

    private Task<ImmutableArray<IndexTile>> ListAsync(long? rows, CancellationToken cancellationToken) =>
        new HatsTiles(store, found).ReadAsync(rows, cancellationToken);

    private static long? RowsOf(HatsProperties properties) =>
        long.TryParse(properties["hats_nrows"], NumberStyles.None, CultureInfo.InvariantCulture, out long rows) ? rows : null;

    private static async Task<(ImmutableArray<DuckDbField> Fields, string? Markup, byte[] Schema)> SchemaAsync(IFileStore store,
        HatsFolder folder, CancellationToken cancellationToken)
    {
        string path = folder.Folder + HatsTiles.CommonMetadata;
        try
        {
            using LocalCopy copy = await SchemaFileAsync(store, folder, cancellationToken).ConfigureAwait(false);
            using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
            using DuckDbConnection connection = database.Connect();
            using DuckDbResult result = connection.Query(
                $"SELECT * FROM read_parquet([{DuckDbSql.Literal(copy.Path)}], hive_partitioning = false) LIMIT 0",
                cancellationToken: cancellationToken);
            ImmutableArray<DuckDbField> fields = [.. result.Columns];
            return (fields, VoParquet.MarkupOf(connection, copy.Path), HatsTiles.LayoutOf(copy.Path, path).Schema);
        }
        catch (TileDamagedException e)
        {
            throw HatsFolder.Invalid(store, $"the schema of its tiles, '{path}', cannot be read: {e.Message}", e);
        }
        catch (DuckDbException e)
        {
            throw HatsFolder.Invalid(store, $"the schema of its tiles, '{path}', cannot be read: {e.Error.TrimEnd().Split('\n')[0]}", e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw HatsFolder.Invalid(store, $"the schema of its tiles, '{path}', cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static async Task<LocalCopy> SchemaFileAsync(IFileStore store, HatsFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return await store.LocalPathAsync(folder.Folder + HatsTiles.CommonMetadata, default, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or StoreException { Fault: StoreFault.Denied })
        {
            return await store.LocalPathAsync(folder.Folder + HatsTiles.Metadata, default, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Manifest ManifestOf(HatsProperties properties, ForeignIndex foreign, ImmutableArray<ColumnSchema> columns, long rows)
    {
        string name = properties["obs_collection"] ?? "hats";
        return new Manifest
        {
            Name = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')),
            Version = properties["hats_creation_date"] ?? "1",
            Modality = "catalogue",
            Description = properties["obs_title"] ?? properties["obs_description"],
            Provenance = new Provenance
            {
                Project = properties["hats_creator"] ?? name,
                Survey = name,
                Instrument = "unknown",
                Release = "unknown", // hats_release_date is that of the HATS format
                Licence = properties["hats_copyright"] ?? properties["obs_copyright"] ?? "unknown",
                Citation = properties["bib_reference"] ?? properties["obs_ack"] ?? "unknown",
                Builder = properties["hats_builder"] ?? "HATS",
                BuilderVersion = properties["hats_version"] ?? "unknown",
            },
            Rows = rows,
            Shards = 0,
            IsIndexOnly = true,
            Bytes = long.TryParse(properties["hats_estsize"], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes)
                ? kibibytes * 1024 : 0,
            Partition = new Partition(Partition.Healpix,
                int.TryParse(properties["hats_order"], NumberStyles.None, CultureInfo.InvariantCulture, out int order)
                    ? Math.Min(order, Sky.Healpix.MaxOrder) : 0),
            EpochYear = EpochOf(properties["hats_coordinate_epoch"]),
            Columns = columns,
            FilesSha256 = "",
            Foreign = foreign,
        };
    }

    private static double? EpochOf(string? text) => double.TryParse(text?.TrimStart('J'), NumberStyles.Float, CultureInfo.InvariantCulture,
        out double year) && Math.Abs(year) <= Manifest.MaxEpochYear ? year : null;
}
