using System.Text;

namespace Pile.Storage;

/// <summary>Percent-encodes a path as RFC 3986 and S3 require: everything except letters, digits, <c>-._~</c> and <c>/</c>.</summary>
internal static class EscapedPath
{
    internal static string Of(string path)
    {
        StringBuilder escaped = new(path.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(path))
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' or (byte)'/')
                escaped.Append((char)b);
            else
                escaped.Append('%').Append(b.ToString("X2"));
        return escaped.ToString();
    }
}
