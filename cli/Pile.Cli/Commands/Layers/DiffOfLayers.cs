using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile diff</c> of layers: fields and values that differ.</summary>
internal static class DiffOfLayers
{
    private const int ValuesShown = 20, BatchRows = 8192;

    /// <summary>Returns true if an address is that of a layer: a folder or prefix with a layer.yaml, or with a commit after it.</summary>
    internal static async Task<bool> IsLayerAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            await LayerStore.OpenAsync(LayerReference.Parse(address).Address, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (LayerNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Compares two layers, and shows the differences.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(ParseResult parsed, string a, string b, string? rowsPath, CancellationToken cancellationToken)
    {
        LayerSnapshot left = await LayerSnapshot.OpenAsync(LayerReference.Parse(a), null, cancellationToken).ConfigureAwait(false),
            right = await LayerSnapshot.OpenAsync(LayerReference.Parse(b), null, cancellationToken).ConfigureAwait(false);
        return await RunAsync(parsed, left, right, rowsPath, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares two layers or sources as of commits, and shows the differences.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(ParseResult parsed, LayerSnapshot left, LayerSnapshot right, string? rowsPath,
        CancellationToken cancellationToken)
    {
        using LayerDiff diff = await LayerDiff.RunAsync(left, right, cancellationToken).ConfigureAwait(false);
        if (rowsPath is not null)
            await TableOutput.WriteAsync(rowsPath, Rows(diff), null, parsed.GetValue(TableOutput.Replace),
                CommonOptions.Messages(parsed), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(left, right, diff);
        else
            WriteText(left, right, diff);
        return diff.AreEqual ? ExitCode.Done : ExitCode.DataAtFault;
    }

    private static void WriteText(LayerSnapshot a, LayerSnapshot b, LayerDiff diff)
    {
        TextWriter output = TerminalText.Output;
        output.WriteLine($"commit {a.Number} of {a.Store.Address}, commit {b.Number} of {b.Store.Address}");
        foreach (LayerField field in diff.Added)
            output.WriteLine($"+ field {TerminalText.Escape(field.Name)} ({field.Type}), {CountText.Of(ValuesOf(field), "value")}");
        foreach (LayerField field in diff.Removed)
            output.WriteLine($"- field {TerminalText.Escape(field.Name)} ({field.Type}), {CountText.Of(ValuesOf(field), "value")}");
        foreach ((LayerField before, LayerField after) in diff.Retyped)
            output.WriteLine($"~ field {TerminalText.Escape(before.Name)} ({before.Type} to {after.Type})");
        foreach ((string field, long values) in diff.Changed.Where(c => !diff.Added.Concat(diff.Removed).Any(f => f.Name == c.Field)))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"~ {CountText.Of(values, "value")} of "
                + $"{TerminalText.Escape(field)}"));
        if (diff.AreEqual)
            output.WriteLine("equal");
        if (diff.Changed.IsEmpty)
            return;
        output.WriteLine();
        TextTable.Write(output, [("object_id", false), ("field", false), ("before", false), ("after", false)],
            [.. diff.Values(ValuesShown).Select(v => (string[])[v.Id, v.Field, v.Before ?? "", v.After ?? ""])]);
        if (diff.Changed.Sum(c => c.Values) is > ValuesShown and var all)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… {all - ValuesShown:N0} more; --rows FILE lists all"));

        long ValuesOf(LayerField field) => diff.Changed.FirstOrDefault(c => c.Field == field.Name).Values;
    }

    private static void WriteJson(LayerSnapshot a, LayerSnapshot b, LayerDiff diff) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("equal", diff.AreEqual);
        json.WriteInteger("commit_a", a.Number);
        json.WriteInteger("commit_b", b.Number);
        foreach ((string name, IEnumerable<string> fields) in ((string, IEnumerable<string>)[])[
            ("fields_added", diff.Added.Select(f => f.Name)), ("fields_removed", diff.Removed.Select(f => f.Name)),
            ("fields_retyped", diff.Retyped.Select(f => f.A.Name))])
        {
            json.WriteStartArray(name);
            foreach (string field in fields)
                json.WriteStringValue(field);
            json.WriteEndArray();
        }
        json.WriteStartObject("changed");
        foreach ((string field, long values) in diff.Changed)
            json.WriteInteger(field, values);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static async IAsyncEnumerable<RowBatch> Rows(LayerDiff diff)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (diff.Changed.IsEmpty)
            yield return Batch([]); // the first batch defines the columns
        foreach ((string Id, string Field, string? Before, string? After)[] part in diff.Values().Chunk(BatchRows))
            yield return Batch(part);

        static RowBatch Batch((string Id, string Field, string? Before, string? After)[] part) =>
            new([Column("object_id", part.Select(v => v.Id)), Column("field", part.Select(v => v.Field)),
                Column("before", part.Select(v => v.Before)), Column("after", part.Select(v => v.After))]);

        static ColumnData Column(string name, IEnumerable<string?> values) =>
            TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String, Nullable = true }, [.. values]);
    }
}
