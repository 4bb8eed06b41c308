using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>Says which values of a dataset are in files outside it, and which of them are verified when they are read.</summary>
internal static class ReferenceText
{
    /// <summary>Returns one line for the files, and one for each column.</summary>
    internal static string Of(ReferenceFacts facts) => string.Join('\n', facts.Columns.Select(Line).Prepend(
        string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(facts.Files, "file")} outside the dataset, {SizeOf(facts)}")));

    /// <summary>Writes the key <c>references</c>.</summary>
    internal static void Write(Utf8JsonWriter json, ReferenceFacts facts)
    {
        json.WriteStartObject("references");
        json.WriteInteger("files", facts.Files);
        json.WriteInteger("bytes", facts.Bytes);
        json.WriteInteger("files_without_size", facts.UnsizedFiles);
        json.WriteStartArray("columns");
        foreach (ReferenceFacts.Column column in facts.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteInteger("values", column.Values);
            json.WriteInteger("verified", column.Verified);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string SizeOf(ReferenceFacts facts) => string.Create(CultureInfo.InvariantCulture,
        $"{(facts.UnsizedFiles == facts.Files ? "" : $"{facts.Bytes:N0} bytes")}{(facts.UnsizedFiles == 0 ? ""
            : facts.UnsizedFiles == facts.Files ? "sizes not recorded" : $", without the {facts.UnsizedFiles:N0} of no recorded size")}");

    private static string Line(ReferenceFacts.Column column) => string.Create(CultureInfo.InvariantCulture,
        $"{column.Name}: {CountText.Of(column.Values, "value")}, {(column.Verified == column.Values ? "all verified by checksums"
            : column.Verified == 0 ? "unverified: no checksums are recorded"
            : $"{column.Values - column.Verified:N0} of them unverified: without a recorded checksum")}");
}
