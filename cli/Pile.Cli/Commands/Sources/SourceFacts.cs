using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>What <c>pile info</c> shows of a source.</summary>
internal static class SourceFacts
{
    internal static void Write(SourceRows source, Action<string, string?> fact)
    {
        fact("files of", SourcePlace.AddressOf(source.Snapshot.Store));
        fact("commit", string.Create(CultureInfo.InvariantCulture, $"{source.Snapshot.Number}"));
        fact("revision", source.Scan?.Revision is { Length: > 0 } revision ? revision : null);
        fact("scan", source.IsPartial ? "partial: under way, or interrupted; scan again to continue"
            : source.Scan!.Skipped == 0 ? "complete"
            : string.Create(CultureInfo.InvariantCulture, $"complete, but {source.Scan.Skipped:N0} files or folders were skipped"));
    }

    internal static void Write(SourceRows source, Utf8JsonWriter json)
    {
        json.WriteStartObject("source");
        json.WriteString("address", SourcePlace.AddressOf(source.Snapshot.Store));
        json.WriteInteger("commit", source.Snapshot.Number);
        json.WriteBoolean("partial", source.IsPartial);
        json.WriteInteger("skipped", source.Scan?.Skipped ?? 0);
        if (source.Scan?.Revision is { Length: > 0 } revision)
            json.WriteString("revision", revision);
        json.WriteEndObject();
    }
}
