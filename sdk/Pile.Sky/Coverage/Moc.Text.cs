using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pile.Sky;

public sealed partial class Moc
{
    /// <summary>Parses a map from the string form of the standard, or from its JSON form.</summary>
    /// <param name="text"><c>3/1-4 5/10 29/</c>: orders, each followed by pixels and ranges (both ends included), separated by blanks or
    /// commas; the last order can be empty and then only gives the finest order.
    /// Or <c>{"3": [1, 2, 3, 4], "5": [10], "29": []}</c>.</param>
    /// <exception cref="FormatException">The text has neither form; the message names the first word that is not valid.</exception>
    public static Moc Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        return trimmed.StartsWith('{') ? ParseJson(trimmed) : ParseWords(trimmed);
    }

    /// <summary>Formats the map as the string of the standard: cells by order, three or more consecutive ones as a range, and the finest
    /// order at the end even if it has no cell.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int lastOrder = -1;
        HealpixPixel[] cells = [.. Cells()];
        for (int i = 0; i < cells.Length;)
        {
            int end = i + 1;
            while (end < cells.Length && cells[end].Order == cells[i].Order && cells[end].Pixel == cells[end - 1].Pixel + 1)
                end++;
            if (end - i == 2)
                end--; // a range of two is not shorter
            if (text.Length > 0)
                text.Append(' ');
            if (cells[i].Order != lastOrder)
                text.Append(CultureInfo.InvariantCulture, $"{lastOrder = cells[i].Order}/");
            text.Append(CultureInfo.InvariantCulture, $"{cells[i].Pixel}");
            if (end - i > 1)
                text.Append(CultureInfo.InvariantCulture, $"-{cells[end - 1].Pixel}");
            i = end;
        }
        if (lastOrder != MaxOrder)
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{MaxOrder}/");
        return text.ToString();
    }

    /// <summary>Formats the map as JSON: pixel numbers by order, the finest order at the end even if it has none.</summary>
    public string ToJson()
    {
        StringBuilder json = new("{");
        ILookup<int, long> byOrder = Cells().ToLookup(c => c.Order, c => c.Pixel);
        foreach (int order in Enumerable.Range(0, MaxOrder + 1).Where(o => byOrder.Contains(o) || o == MaxOrder))
            json.Append(CultureInfo.InvariantCulture, $"{(json.Length > 1 ? ", " : "")}\"{order}\": [").AppendJoin(", ", byOrder[order])
                .Append(']');
        return json.Append('}').ToString();
    }

    private static Moc ParseWords(string text)
    {
        List<(int Order, HealpixRange Range)> ranges = [];
        int order = -1, maxOrder = -1;
        foreach (string word in text.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string pixels = word;
            if (word.Split('/') is { Length: > 1 } parts)
            {
                if (parts.Length > 2 || !int.TryParse(parts[0].TrimStart('s'), NumberStyles.None, CultureInfo.InvariantCulture, out order)
                    || order > Healpix.MaxOrder)
                    throw new FormatException($"'{word}': expected an order from 0 to {Healpix.MaxOrder} before the '/', as in 3/1-4.");
                (maxOrder, pixels) = (Math.Max(maxOrder, order), parts[1]);
                if (pixels.Length == 0)
                    continue;
            }
            if (order < 0)
                throw new FormatException($"'{word}': expected an order first, as in 3/1-4.");
            string[] ends = pixels.Split('-');
            if (ends.Length > 2 || !TryPixel(ends[0], order, out long start) || !TryPixel(ends[^1], order, out long last) || last < start)
                throw new FormatException($"'{word}': expected a pixel or a range of pixels from 0 to {Healpix.PixelCount(order) - 1} at "
                    + $"order {order}, as in 3/1-4.");
            ranges.Add((order, new HealpixRange(start, last + 1)));
        }
        return OfRanges(Math.Max(maxOrder, 0), ranges);

        static bool TryPixel(string text, int order, out long pixel) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out pixel) && pixel < Healpix.PixelCount(order);
    }

    private static Moc ParseJson(string text)
    {
        List<(int Order, HealpixRange Range)> ranges = [];
        int maxOrder = 0;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int order)
                    || order > Healpix.MaxOrder)
                    throw new FormatException($"\"{property.Name}\": expected an order from 0 to {Healpix.MaxOrder}.");
                maxOrder = Math.Max(maxOrder, order);
                foreach (JsonElement element in property.Value.EnumerateArray())
                    ranges.Add(element.TryGetInt64(out long pixel) && pixel >= 0 && pixel < Healpix.PixelCount(order)
                        ? (order, new HealpixRange(pixel, pixel + 1))
                        : throw new FormatException($"{element} in \"{property.Name}\": expected a pixel from 0 to "
                            + $"{Healpix.PixelCount(order) - 1}."));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("The text is not a valid JSON object of orders with lists of pixels.", e);
        }
        return OfRanges(maxOrder, ranges);
    }

    private static Moc OfRanges(int maxOrder, List<(int Order, HealpixRange Range)> ranges) => new(HealpixRanges.FromRanges(maxOrder,
        [.. ranges.Select(r => new HealpixRange(r.Range.Start << (2 * (maxOrder - r.Order)), r.Range.End << (2 * (maxOrder - r.Order))))]));
}
