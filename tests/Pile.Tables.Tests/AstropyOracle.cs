using System.Globalization;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Reads a table with astropy and compares every cell, unit and description with the result of a reader.</summary>
internal static class AstropyOracle
{
    private const string Script = """
        import sys, json, warnings, numpy as np
        warnings.simplefilter('ignore')
        from astropy.table import Table
        path, arguments = sys.argv[1], json.loads(sys.argv[2])
        t = Table.read(path, **arguments)
        def cell(v):
            if v is None or v is np.ma.masked: return None
            if isinstance(v, np.ma.MaskedArray): return [cell(x) for x in v]
            if isinstance(v, (np.ndarray, list, tuple)): return [cell(x) for x in v]
            if isinstance(v, (bytes, np.bytes_)):
                try: return v.decode('utf-8')
                except UnicodeDecodeError: return v.decode('latin-1')
            if isinstance(v, (bool, np.bool_)): return bool(v)
            if isinstance(v, (int, np.integer)): return str(int(v))
            if isinstance(v, (complex, np.complexfloating)): return [cell(v.real), cell(v.imag)]
            if isinstance(v, (float, np.floating)): return repr(float(v)) if v == v else None
            return str(v)
        def column(n):
            c = t[n]
            kind = c.dtype.kind.replace('O', 'U').replace('S', 'U').replace('c', 'f')
            return {'name': n, 'kind': kind, 'unit': None if c.unit is None else str(c.unit),
                    'description': c.info.description, 'values': [cell(v) for v in c]}
        print(json.dumps([column(n) for n in t.colnames]))
        """;

    /// <summary>Compares a file, column by column in order, cell by cell.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arguments">The arguments of Table.read besides the path, as JSON.</param>
    /// <param name="withTypes">True if kind and size of the dtypes must agree.</param>
    /// <param name="withUnits">True if a unit is required where astropy finds one.</param>
    /// <param name="readPath">The path that astropy reads, if it is another.</param>
    internal static async Task CompareAsync(string path, string arguments, bool withTypes = true, bool withUnits = true,
        string? readPath = null)
    {
        using JsonDocument expected = JsonDocument.Parse(Python.Run(Script, readPath ?? path, arguments));
        using ITableReader table = Tables.Open(path);
        List<string[]> found = await Cells.ReadAsync(table);
        Assert.Equal(expected.RootElement.GetArrayLength(), table.Columns.Length);
        int i = 0;
        foreach (JsonElement column in expected.RootElement.EnumerateArray())
        {
            ColumnSchema schema = table.Columns[i];
            string name = column.GetProperty("name").GetString()!;
            Assert.Equal(name, schema.Name);
            if (withTypes)
                Assert.Equal($"{name} {column.GetProperty("kind").GetString()}", $"{name} {KindOf(schema.DType)}");
            if (withUnits && column.GetProperty("unit").GetString() is { Length: > 0 })
                Assert.False(string.IsNullOrEmpty(schema.Unit), $"{name} has no unit");
            if (column.GetProperty("description").GetString() is { Length: > 0 } description && schema.Description is not null)
                Assert.Equal(Words(description), Words(schema.Description));
            JsonElement values = column.GetProperty("values");
            Assert.Equal(values.GetArrayLength(), found[i].Length);
            int row = 0;
            foreach (JsonElement value in values.EnumerateArray())
                CompareCell($"{name}, row {row}", value, found[i][row++]);
            i++;
        }
    }

    private static void CompareCell(string where, JsonElement expected, string found)
    {
        string? text = Flatten(expected);
        if (text is null or "" && found is Cells.Null or "" or "NaN")
            return;
        if (text?.Trim() == found.Trim()) // astropy strips text, even within quotes
            return;
        if (text is not null && Numbers(text) is { } a && Numbers(found) is { } b && a.SequenceEqual(b))
            return;
        Assert.Equal($"{where}: {text}", $"{where}: {found}");
    }

    private static string? Flatten(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(v => Flatten(v) ?? "NaN")),
        _ => value.GetString(),
    };

    private static double[]? Numbers(string text)
    {
        string[] parts = text.Split(' ');
        double[] numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        return numbers;
    }

    private static string KindOf(DType type) => type switch
    {
        DType.Bool => "b",
        DType.String => "U",
        DType.Float32 or DType.Float64 => "f",
        DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 => "u",
        _ => "i",
    };

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
