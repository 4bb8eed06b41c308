using System.Globalization;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Makes a column of the values that a <see cref="LayerWriter"/> has collected for a field.</summary>
internal static class LayerColumn
{
    // Not by 'is': an array of unsigned integers is one of signed integers, too.
    private static readonly HashSet<Type> Accepted =
    [
        typeof(bool), typeof(int), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(string), typeof(DateTime),
        typeof(byte[]), typeof(bool[]), typeof(int[]), typeof(long[]), typeof(float[]), typeof(double[]), typeof(string[]),
    ];

    /// <summary>Checks the type of a value.</summary>
    /// <exception cref="ArgumentException">It is not a type of values, a time that is not in UTC, or an array with a null.</exception>
    internal static void Check(ObjectId id, string field, object? value)
    {
        if (value is not null && !Accepted.Contains(value.GetType()))
            throw new ArgumentException($"'{field}' of {id} is of type {value.GetType().Name}, but values are bool, int, long, ulong, "
                + "float, double, text, DateTime, byte[] (a blob), bool[], int[], long[], float[], double[], string[] or null.",
                nameof(value));
        if (value is DateTime { Kind: not DateTimeKind.Utc } time)
            throw new ArgumentException($"'{field}' of {id} is a DateTime of the kind {time.Kind}, but times are in UTC. Convert it with "
                + "ToUniversalTime, or set its kind with DateTime.SpecifyKind.", nameof(value));
        if (value is string[] texts && Array.IndexOf(texts, null) is >= 0 and var missing)
            throw new ArgumentException($"'{field}' of {id}: text {missing} of the array, counted from 0, is null. Set an empty text, or "
                + "leave it out.", nameof(value));
    }

    /// <summary>Makes the column, of the type that represents all values.</summary>
    /// <param name="field">The field.</param>
    /// <param name="ids">The ids of the rows.</param>
    /// <param name="given">Its values; null for a row without one.</param>
    /// <param name="isNew">True if the field has no type yet.</param>
    /// <exception cref="ArgumentException">The values have types without a common one.</exception>
    internal static ColumnData Of(string field, ObjectId[] ids, object?[] given, bool isNew)
    {
        bool areLists = Array.Exists(given, v => v is Array);
        Type[] types = [.. given.OfType<object>().Select(v => areLists && v is Array ? v.GetType().GetElementType()! : v.GetType())
            .Distinct()];
        bool[] isNull = Array.ConvertAll(given, v => v is null);
        return types switch
        {
            _ when areLists && Array.Exists(given, v => v is not (null or Array)) => throw NoCommonType(),
            // A column of texts without any fits all types.
            [] when isNew => Numbers(DType.Float64, _ => 0.0),
            [var only] when areLists && only == typeof(string) => TextColumnData.FromLists(
                new ColumnSchema { Name = field, DType = DType.String, Shape = [ColumnSchema.Ragged] },
                Array.ConvertAll(given, v => (string[]?)v)),
            _ when types.All(t => t == typeof(string) || t == typeof(DateTime)) =>
                TextColumnData.From(new ColumnSchema { Name = field, DType = DType.String }, Array.ConvertAll(given, Text)),
            [var only] when only == typeof(bool) => Numbers(DType.Bool, v => (bool)v),
            [var only] when only == typeof(ulong) => Numbers(DType.UInt64, v => (ulong)v),
            _ when types.All(t => t == typeof(int) || t == typeof(long)) => types is [var one] && one == typeof(int)
                ? Numbers(DType.Int32, v => (int)v) : Numbers(DType.Int64, v => Convert.ToInt64(v, CultureInfo.InvariantCulture)),
            [var only] when only == typeof(float) => Numbers(DType.Float32, v => (float)v),
            _ when types.All(t => t == typeof(int) || t == typeof(float) || t == typeof(double)) =>
                Numbers(DType.Float64, v => Convert.ToDouble(v, CultureInfo.InvariantCulture)),
            _ => throw NoCommonType(),
        };

        ColumnData Numbers<T>(DType type, Func<object, T> convert) where T : unmanaged
        {
            ColumnSchema schema = new() { Name = field, DType = type, Shape = areLists ? [ColumnSchema.Ragged] : [] };
            return !areLists ? new ColumnData<T>(schema, Array.ConvertAll(given, v => v is null ? default : convert(v)), isNull)
                : new ColumnData<T>(schema, given.OfType<Array>().SelectMany(list => list.Cast<object>().Select(convert)).ToArray(),
                    Array.ConvertAll(given, v => (v as Array)?.Length ?? 0), isNull);
        }

        ArgumentException NoCommonType() => new($"The values of '{field}' have types without a common one: "
            + string.Join(", ", given.Zip(ids).Where(v => v.First is not null).DistinctBy(v => v.First!.GetType())
                .Select(v => $"{v.First!.GetType().Name} (row {v.Second})")) + ". Set values of one type.");
    }

    // With all digits that a DateTime has: a layer has microseconds, and rejects what it would round.
    private static string? Text(object? value) => value is DateTime time
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) : (string?)value;
}
