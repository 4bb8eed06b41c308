using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>Collects values of rows, and commits them to a layer all at once.</summary>
/// <remarks>
/// A layer holds fields that are added to a dataset later, see LAYERS.md and docs/layers.md. Nothing is written before
/// <see cref="CommitAsync"/>. A writer is not safe for use by several threads; several writers of one layer are.
/// </remarks>
public sealed class LayerWriter : IAsyncDisposable
{
    private readonly LayerWorkspace layer;
    private readonly Dictionary<string, Dictionary<ObjectId, object?>> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldType> declared = new(StringComparer.Ordinal);

    private bool isDisposed;

    private LayerWriter(LayerWorkspace layer) => this.layer = layer;

    /// <summary>Who makes the commits; the name of the user by default.</summary>
    public string Author
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = Environment.UserName;

    /// <summary>True to replace values that others have set since the layer was opened; the commit records it. By default this is an
    /// error.</summary>
    public bool LastWins { get; set; }

    /// <summary>True to leave out rows that the dataset does not have. By default they are an error.</summary>
    public bool AllowMissing { get; set; }

    /// <summary>The number of the layer's newest commit that this writer knows; 0 before the first one.</summary>
    public long Commit => layer.Head?.Number ?? 0;

    /// <summary>Opens a layer for writing.</summary>
    /// <param name="address">The folder of the layer, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="dataset">Its dataset; null if it is where it was when the layer was made.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="PileException">There is no layer, it is not valid, or the store fails.</exception>
    public static async Task<LayerWriter> OpenAsync(string address, string? dataset = null, CancellationToken cancellationToken =
        default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new(await LayerWorkspace.OpenAsync(address, dataset, new DatasetOptions(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Creates a layer of a dataset, without fields.</summary>
    /// <param name="address">A folder that does not exist or is empty, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="dataset">The dataset, which may be read only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="OutputExistsException">There is something at this address.</exception>
    /// <exception cref="PileException">The store fails, or ignores conditional writes.</exception>
    public static async Task CreateAsync(string address, Dataset dataset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(dataset);
        await LayerWorkspace.CreateAsync(address, dataset, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Declares the type of a field whose values this writer sets, as <c>pile layer set --as</c> does.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The type as in LAYERS.md. The values of a <c>time</c> are DateTime in UTC or ISO 8601 texts, those of a
    /// <c>label</c> names of classes, and those of a <c>box</c> texts of JSON such as <c>[[10, 20, 30, 40]]</c>; a <c>list</c> takes
    /// arrays, and other types take numbers, that are exact in them.</param>
    /// <exception cref="ArgumentException">There is no such type.</exception>
    public void DeclareType(string field, string type)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(type);
        declared[field] = FieldType.TryParse(type, out FieldType? known) ? known.Value
            : throw new ArgumentException($"There is no type '{type}'. The types are {FieldType.Known}.", nameof(type));
    }

    /// <summary>Sets the value of a field of a row with the next commit. The first commit with values decides the type of a
    /// field.</summary>
    /// <param name="id">The row.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">A bool, int, long, ulong, float, double or text; a DateTime in UTC, which becomes a <c>time</c>; bytes, which
    /// become a blob; an array of bool, int, long, float, double or text, which becomes a list; or null to take the value away. Bytes and
    /// arrays must not be changed before the commit.</param>
    /// <exception cref="ArgumentException">The value has another type, is a time that is not in UTC or an array with a null, or the name
    /// of the field is not legal, or that of a field which a scan sets.</exception>
    public void Set(ObjectId id, string field, object? value)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentNullException.ThrowIfNull(field);
        if (LayerField.FaultOf(field) is { } fault)
            throw new ArgumentException($"A field must not have the name '{field}': {fault}. Choose another name.", nameof(field));
        LayerColumn.Check(id, field, value);
        if (!values.TryGetValue(field, out Dictionary<ObjectId, object?>? column))
        {
            layer.RequireFieldsOfUsers([field]);
            values.Add(field, column = []);
        }
        column[id] = value;
    }

    /// <summary>Commits the values that were set since the last commit.</summary>
    /// <param name="message">What the commit does, for the log.</param>
    /// <param name="cancellationToken">Cancels the operation; then the commit may have been made.</param>
    /// <returns>The number of the commit.</returns>
    /// <exception cref="InvalidOperationException">No value was set.</exception>
    /// <exception cref="ArgumentException">The dataset does not have a row, the name of a field is not legal, or the values of a field have
    /// types without a common one.</exception>
    /// <exception cref="LayerConflictException">Another writer has set the same value since the layer was opened, without
    /// <see cref="LastWins"/>.</exception>
    /// <exception cref="PileException">A value does not fit its field, or the store fails.</exception>
    public async Task<long> CommitAsync(string message, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentNullException.ThrowIfNull(message);
        if (values.Count == 0)
            throw new InvalidOperationException("No value was set since the last commit.");
        // A patch has the same rows for all its fields.
        List<(LayerOperation, PatchDraft?)> steps = [];
        foreach (IGrouping<string, KeyValuePair<string, Dictionary<ObjectId, object?>>> alike in values.GroupBy(v => KeyOf(v.Value.Keys)))
        {
            ObjectId[] ids = [.. alike.First().Value.Keys];
            string[] blobs = [.. alike.Where(f => f.Value.Values.Any(v => v is byte[])).Select(f => f.Key)];
            string[] times = [.. alike.Where(f => f.Value.Values.Any(v => v is DateTime)).Select(f => f.Key)];
            using BlobFolder bytes = new(layer.Database().Folder);
            ColumnData[] columns = [IdsOf(ids), .. alike.Select(f => ColumnOf(f.Key, ids, Array.ConvertAll(ids,
                id => f.Value[id] is byte[] blob ? bytes.Add(blob) : blobs.Contains(f.Key) ? RequireNull(id, f.Key, f.Value[id])
                    : f.Value[id])))];
            PatchDraft patch = await layer.StageAsync(OneBatch(columns), LayerPaths.ObjectId, new StageOptions
            {
                AllowMissing = AllowMissing,
                HasTypedTexts = true,
                Types = TypesOf(alike.Select(f => f.Key), blobs, times),
                BlobFolder = layer.Database().Folder,
            }, cancellationToken).ConfigureAwait(false);
            steps.AddRange(LayerChange.Of(patch, Author, message).Steps);
        }
        LayerCommit commit = await layer.CommitAsync(new LayerChange
        {
            Steps = [.. steps],
            Author = Author,
            Message = message,
            LastWins = LastWins,
        }, cancellationToken).ConfigureAwait(false);
        values.Clear();
        return commit.Number;
    }

    /// <summary>Closes the layer. Values that were not committed are discarded.</summary>
    public ValueTask DisposeAsync()
    {
        isDisposed = true;
        return layer.DisposeAsync();
    }

    private Dictionary<string, FieldType> TypesOf(IEnumerable<string> fields, string[] blobs, string[] times)
    {
        Dictionary<string, FieldType> known = fields.Where(declared.ContainsKey).ToDictionary(f => f, f => declared[f],
            StringComparer.Ordinal);
        foreach (string blob in blobs)
            known.TryAdd(blob, FieldType.Blob);
        foreach (string time in times)
            if (!known.TryAdd(time, FieldType.Time) && known[time].Kind != FieldKind.Time)
                throw new ArgumentException($"The type of '{time}' was declared as {known[time]}, but a value is a DateTime. Declare it as "
                    + "time, or set other values.");
        return known;
    }

    private static object? RequireNull(ObjectId id, string field, object? value) => value is null ? null
        : throw new ArgumentException($"'{field}' of {id} is of type {value.GetType().Name}, but other values of '{field}' are bytes.");

    private static string KeyOf(IEnumerable<ObjectId> ids) => string.Join('\0', ids.Order().Select(i => i.ToString()));

    private static async IAsyncEnumerable<RowBatch> OneBatch(ColumnData[] columns)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return new RowBatch(columns);
    }

    private ColumnData IdsOf(ObjectId[] ids)
    {
        ColumnSchema schema = new() { Name = LayerPaths.ObjectId, DType = layer.Store.Manifest.HasTextIds ? DType.String : DType.Int64 };
        foreach (ObjectId id in ids)
            if (id.IsText != layer.Store.Manifest.HasTextIds)
                throw new ArgumentException($"The ids of layer '{layer.Store.Address}' are "
                    + $"{(schema.DType == DType.String ? "text" : "integers")}; '{id}' is not.");
        return schema.DType == DType.String ? TextColumnData.From(schema, Array.ConvertAll(ids, id => (string?)id.Text))
            : new ColumnData<long>(schema, Array.ConvertAll(ids, id => id.Number));
    }

    private ColumnData ColumnOf(string field, ObjectId[] ids, object?[] given) =>
        LayerColumn.Of(field, ids, given, isNew: !declared.ContainsKey(field) && layer.Head?.FindField(field) is null);
}
