using System.Globalization;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Reads JSON Lines with Python's json module, and compares every type and value with those of a reader, floats bit for
/// bit.</summary>
internal static class JsonOracle
{
    private const string Null = "∅", Separator = "\u001f";

    private const string Script = """
        import sys, json, gzip, struct
        class Number(str): pass # as written
        def rows_of(path):
            opener = gzip.open if path.endswith('.gz') else open
            for line in opener(path, 'rt', encoding='utf-8-sig', newline='\n'):
                if line.strip(): yield json.loads(line, parse_int=Number, parse_float=Number, parse_constant=Number)
        rows = list(rows_of(sys.argv[1]))
        def column(get, name, group, out):
            cells = [get(row) for row in rows]
            present = [c for c in cells if c is not None]
            if any(isinstance(c, dict) for c in present):
                for key in dict.fromkeys(k for c in present for k in c):
                    column(lambda row, get=get, key=key: (get(row) or {}).get(key), f'{name}.{key}', None, out)
            elif any(isinstance(e, dict) for c in present if isinstance(c, list) for e in c):
                for key in dict.fromkeys(k for c in present for e in c if e is not None for k in e):
                    def members(row, get=get, key=key): return None if get(row) is None else [(e or {}).get(key) for e in get(row)]
                    column(members, f'{name}.{key}', name, out)
            else: out.append((name, group, cells))
        def kind(values, is_list):
            missing = any(v is None for v in values)
            values = [v for v in values if v is not None]
            numbers = [v for v in values if isinstance(v, Number)]
            texts = any(isinstance(v, str) and not isinstance(v, Number) for v in values)
            bools = any(isinstance(v, bool) for v in values)
            if texts or (bools and (numbers or is_list and missing)): return 'string'
            if bools: return 'bool'
            if not numbers: return 'float64' if is_list else 'string'
            if any(c in n for n in numbers for c in '.eENI'): return 'float64'
            large = any(abs(int(n)) > 2**53 for n in numbers)
            if is_list and missing: return 'string' if large else 'float64'
            return 'uint64' if any(int(n) >= 2**63 for n in numbers) else 'int64'
        def text(v, dtype):
            if v is None: return '7ff8000000000000' if dtype == 'float64' else ''
            if dtype == 'float64':
                f = float(v)
                return '7ff8000000000000' if f != f else struct.pack('>d', f).hex()
            if isinstance(v, bool): return str(v).lower()
            return v if dtype == 'string' else str(int(v))
        out, result = [], []
        for key in dict.fromkeys(k for row in rows for k in row):
            column(lambda row, key=key: row.get(key), key, None, out)
        for name, group, cells in out:
            is_list = group is not None or any(isinstance(c, list) for c in cells)
            dtype = kind([e for c in cells if c is not None for e in c] if is_list else cells, is_list)
            def cell(c):
                return '∅' if c is None else '\x1f'.join([str(len(c))] + [text(e, dtype) for e in c]) if is_list else text(c, dtype)
            result.append({'name': name, 'group': group, 'dtype': dtype + ('[*]' if is_list else ''), 'nullable': None in cells,
                'values': [cell(c) for c in cells]})
        print(json.dumps(result))
        """;

    internal static async Task CompareAsync(string path)
    {
        using JsonDocument expected = JsonDocument.Parse(Python.Run(Script, path));
        using ITableReader table = Tables.Open(path);
        List<string>[] found = [.. table.Columns.Select(_ => new List<string>())];
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            for (int i = 0; i < found.Length; i++)
                for (int row = 0; row < batch.RowCount; row++)
                    found[i].Add(Text(batch.Columns[i], row));
        Assert.Equal(expected.RootElement.EnumerateArray().Select(c => c.GetProperty("name").GetString()),
            table.Columns.Select(c => c.Name));
        int index = 0;
        foreach (JsonElement column in expected.RootElement.EnumerateArray())
        {
            ColumnSchema schema = table.Columns[index];
            Assert.Equal((schema.Name, column.GetProperty("dtype").GetString(), column.GetProperty("group").GetString(),
                column.GetProperty("nullable").GetBoolean()),
                (schema.Name, schema.DType.Name() + (schema.Shape is [ColumnSchema.Ragged] ? "[*]" : ""), schema.Nested, schema.Nullable));
            Assert.Equal(column.GetProperty("values").EnumerateArray().Select(v => v.GetString()!), found[index++]);
        }
        Assert.Equal(table.RowCount, found[0].Count);
    }

    private static string Text(ColumnData column, int row)
    {
        if (column.IsNullAt(row))
            return Null;
        string[] elements = column switch
        {
            TextColumnData c => [.. Enumerable.Range(0, c.ElementsOf(row)).Select(i => c.Text(row, i))],
            ColumnData<bool> c => [.. c.Row(row).ToArray().Select(v => v ? "true" : "false")],
            ColumnData<long> c => [.. c.Row(row).ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))],
            ColumnData<ulong> c => [.. c.Row(row).ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))],
            _ => [.. ((ColumnData<double>)column).Row(row).ToArray().Select(Bits)],
        };
        return column.Schema.IsScalar ? elements[0] : string.Join(Separator, [$"{elements.Length}", .. elements]);
    }

    private static string Bits(double value) =>
        double.IsNaN(value) ? "7ff8000000000000" : BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}
