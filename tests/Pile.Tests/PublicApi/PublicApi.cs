using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pile.Tests;

/// <summary>Describes the public types and members of an assembly as lines that read like C#, in an order that depends on their names
/// alone.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Describe(Assembly assembly)
    {
        List<string> lines = [$"// {assembly.GetName().Name}: {assembly.GetExportedTypes().Length} public types"];
        IEnumerable<IGrouping<string?, Type>> spaces = assembly.GetExportedTypes().GroupBy(type => type.Namespace, StringComparer.Ordinal);
        foreach (IGrouping<string?, Type> space in spaces.OrderBy(space => space.Key, StringComparer.Ordinal))
        {
            lines.AddRange(["", $"namespace {space.Key}"]);
            foreach (Type type in space.OrderBy(TypeNames.Of, StringComparer.Ordinal))
                lines.AddRange(["", Declaration(type), .. Members(type).Select(line => "    " + line)]);
        }
        return string.Join('\n', lines) + '\n';
    }

    private static string Declaration(Type type)
    {
        string name = TypeNames.Of(type);
        if (type.IsSubclassOf(typeof(Delegate)))
            return $"delegate {MemberText.Method(type.GetMethod("Invoke")!, name)}";
        if (type.IsEnum)
            return $"{(type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "")}enum {name} : "
                + $"{TypeNames.Of(Enum.GetUnderlyingType(type))}";
        string kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => string.Concat(
                type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "", type.IsByRefLike ? "ref " : "",
                IsRecord(type) ? "record " : "", "struct"),
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => $"{(type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "")}{(IsRecord(type) ? "record" : "class")}",
        };
        IEnumerable<Type> inherited = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
            ? [parent] : [];
        IEnumerable<Type> interfaces = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(i => i.IsVisible)
            .OrderBy(TypeNames.Of, StringComparer.Ordinal);
        string[] bases = [.. inherited.Concat(interfaces).Where(b => !IsRecord(type) || b != typeof(IEquatable<>).MakeGenericType(type))
            .Select(TypeNames.Of)];
        return $"{kind} {name}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}{TypeNames.Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
            return [];
        if (type.IsEnum)
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => (field.Name, Value: Convert.ToInt64(field.GetRawConstantValue())))
                .OrderBy(value => value.Value).Select(value => $"{value.Name} = {value.Value}");
        return type.GetMembers(Declared).Select(member => (member.Name, Text: Member(member))).Where(member => member.Text is not null)
            .OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => member.Text!);
    }

    /// <summary>A member as C#, or null when it is not public or the compiler wrote it.</summary>
    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo c when IsVisible(c) && !c.IsStatic && !IsGenerated(c) => MemberText.Constructor(c),
        FieldInfo f when f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly => MemberText.Field(f),
        PropertyInfo p when (IsVisible(p.GetMethod) || IsVisible(p.SetMethod)) && !IsGenerated(p.GetMethod ?? p.SetMethod!) =>
            MemberText.Property(p),
        EventInfo e when IsVisible(e.AddMethod) => $"event {TypeNames.Of(e.EventHandlerType!)} {e.Name}",
        MethodInfo m when IsVisible(m) && !IsGenerated(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            MemberText.Method(m, m.Name),
        _ => null,
    };

    internal static bool IsVisible(MethodBase? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    /// <summary>Members that the compiler writes for records.</summary>
    private static bool IsGenerated(MethodBase method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute)) && IsRecord(method.DeclaringType!)
        && (!method.IsSpecialName || method is ConstructorInfo || method.Name.StartsWith("op_", StringComparison.Ordinal)
            || method.Name == "get_EqualityContract");

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null
        || (type.IsValueType && type.GetMethod("PrintMembers",
            BindingFlags.NonPublic | BindingFlags.Instance)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true);
}
