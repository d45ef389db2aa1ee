"""Freezes what jinja2 makes of small templates, one construct each.

    python freeze_template_semantics.py

writes template_semantics.json beside this file: templates, their variables, and the text, or
`"error": true` where jinja2 raises. It was run with jinja2 3.1.6 and transformers 5.24.
"""

import json
import pathlib

from jinja_reference import render

HERE = pathlib.Path(__file__).parent

M = [
    {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi <b>é</b> 🙂"},
    {"role": "assistant", "content": "<think>\nwell\n</think>\n\nHello.", "tool_calls": []},
]
TOOL = {
    "type": "function",
    "function": {
        "name": "add", "description": "Adds \"a\" & b\n<ok> é",
        "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "items": {"x": [1, 2.5, None, True]}},
                       "required": ["a"]},
    },
}

GROUPS = {
    "white space": [
        "a\n{% if true %}\nb\n{% endif %}\nc\n",
        "a\n  {% if true %}\n  b\n  {% endif %}  \nc\n\n",
        "a \n {%- if true -%} \n b \n {%- endif -%} \n c",
        "a\n  {%+ if true +%}\n  b\n  {%+ endif %}\nc",
        "  {{ 1 }}  \n  {{- 2 -}}  \n 3 {{ 4 -}}  \n",
        "a\n  {# note #}\n b {#- note -#}  c {# x #} \nd",
        "a {#+ x +#}\nb", "{##}x", "{#-#}x", "x{{ 1 }}\n", "x\n\n", "\n", "",
        "a\r\nb\rc\n{{ 'x\r\ny' }}",
        "{% raw %}{{ x }} {% if %}{% endraw %}!", "a\n {%- raw -%} \n {{ y }} \n {%- endraw -%} \n b",
        "a\n  {% raw %}\n {{ y }}\n  {% endraw %}\n b", "{%raw%}{%endraw%}|", "{% raw %} {# {% {{ {% endraw +%}\nx",
        "   {% set x = 1 %}   \n{{ x }}", "{{ 1 }}   {% set x = 1 %}\n  y", "\u00a0{%- set x = 1 %}y",
        "{% if true %}\n\nx\n{% endif %}", "<|im_start|>{{ 'a' }}{%if true%}x{%endif%}",
        "{{\n  1\n  +\n  2\n}}", "{% set x = 1\n%}\n{{ x }}", "{ { %} }} {x}",
    ],
    "literals": [
        "{{ 1 }} {{ 1_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1.5 }} {{ 1e3 }} {{ 1.5E-7 }} {{ 00 }}",
        "{{ 'a\\n\\t\\'\\\"\\\\\\x41\\u00e9\\U0001F642\\101\\q\\a' }}", "{{ \"it's\" }}{{ 'a' 'b' \"c\" }}",
        "{{ true }}{{ True }}{{ false }}{{ none }}{{ None }}", "{{ [1, 'a', none, true, 1.5,] }}{{ [] }}",
        "{{ (1,) }}{{ (1, 2) }}{{ () }}{{ 1, 2 }}{{ (1) }}", "{{ {'a': 1, 'b': [2],} }}{{ {} }}{{ {1: 2, none: 3, (1, 2): 4} }}",
        "{{ {'a': 1, 'a': 2, true: 1, 1: 5} }}", "{{ {'a': {'b': {}}}}}", "{{ 'é🙂' }}{{ 'a{{b}}%}' }}",
        "{{ 1.0 }} {{ 100.0 }} {{ 1e15 }} {{ 1e16 }} {{ 123456789.125 }} {{ 1e-4 }} {{ 1e-5 }} {{ 1.2e300 }} {{ 12000000000000000.0 }} {{ 0.1 + 0.2 }} {{ 1e22 }} {{ 5e-324 }}",
    ],
    "text of values": [
        "{{ ['it\\'s', 'say \"x\"', 'both \\' \"', 'tab\\t nl\\n cr\\r bs\\\\ nul\\0 é \\u200b \\U0001F642 \\xad'] }}",
        "{{ x }}{{ m }}", "{{ m.items() }}{{ m.keys() }}{{ m.values() }}", "{{ [undefined_name] }}",
        "{{ 'a' ~ 1 ~ none ~ [1, 'b'] ~ undefined_name ~ 1.0 }}", "{{ 1 ~ 2 }}{{ ('a', 'b') ~ '' }}",
        "{% set ns = namespace(a=1, b='x') %}{{ ns }}", "{% for x in 'ab' %}{{ loop }}{% endfor %}",
        "{% macro f() %}{% endmacro %}{{ f }}",
    ],
    "arithmetic": [
        "{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ -2 ** 2 }}",
        "{{ 2 ** 3 ** 2 }} {{ 10 - 2 - 3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7.5 % -2 }} {{ 1 + 1.0 }} {{ 2.0 ** 3 }} {{ 100 / 10 / 2 }}",
        "{{ -1 | abs }} {{ - 1 }} {{ +1 }} {{ - -1 }} {{ -x }} {{ not -1 }}", "{{ 'a' * 3 }} {{ 3 * 'ab' }} {{ 'a' * -1 }} {{ [1] * 2 }} {{ 2 * (1, 2) }}",
        "{{ 'a' + 'b' }} {{ [1] + [2] }} {{ (1,) + (2,) }}", "{{ true + true }} {{ true * 3 }} {{ 'x' * true }}",
        "{{ 1 + 'a' }}", "{{ 'a' + 1 }}", "{{ none + 'a' }}", "{{ [1] + (2,) }}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ 1.5 // 0 }}", "{{ -'a' }}", "{{ undefined_name + 1 }}", "{{ 'a' - 'b' }}", "{{ {} + {} }}",
        "{{ 'a' ~ 'b' + 'c' }} {{ 1 ~ 2 * 3 }}", "{{ '%s is %d%% of %r' % ('a', 5.7, 'b') }} {{ '%s' % 1 }} {{ '%s' % [1] }}", "{{ '%s %s' % ('a',) }}", "{{ '%d' % 'a' }}",
        "{{ 0.1 * 3 }} {{ 1e308 * 10 }} {{ -1e308 * 10 }} {{ 1 / 3 }} {{ 2 / 3.0 }} {{ 1e16 + 1 }} {{ -0.0 }}",
    ],
    "comparisons": [
        "{{ 1 == 1.0 }} {{ 1 == true }} {{ 'a' == 'a' }} {{ 'a' == 1 }} {{ none == false }} {{ [1] == [1.0] }} {{ [1] == (1,) }} {{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }} {{ u == v }} {{ u == none }}",
        "{{ 'é' == 'e\\u0301' }} {{ 'a' != 'b' }}", "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 > 2 >= 2 }} {{ 'a' < 'b' }} {{ 'B' < 'a' }} {{ 'z' < 'é' }} {{ '\\uffff' < '🙂' }} {{ [1, 2] < [1, 3] }} {{ [1] < [1, 0] }} {{ true < 2 }} {{ 1 <= 1.5 }}",
        "{{ 1 < 'a' }}", "{{ none < 1 }}", "{{ [1] < (1, 2) }}", "{{ u < 1 }}", "{{ {} < {} }}",
        "{{ 'a' in 'cat' }} {{ '' in 'x' }} {{ 'x' not in 'cat' }} {{ 1 in [1, 2] }} {{ 'a' in {'a': 1} }} {{ 1.0 in [1] }} {{ 'a' in u }} {{ 2 in (1, 2) }} {{ 'aab' in 'aaaab' }} {{ 3 in range(4) }} {{ 'k' in {'k': 0}.keys() }}",
        "{{ 1 in 'a' }}", "{{ 1 in 1 }}", "{{ [] in {} }}", "{{ u in 'a' }}", "{{ 1 in none }}",
        "{{ 1 == 1 == 1 }} {{ 1 in [1] == true }}", "{{ not 1 == 2 }} {{ not not 1 }} {{ not u }} {{ not 'a' in 'b' }}",
    ],
    "logic": [
        "{{ 0 or 'a' }} {{ 'a' and 'b' }} {{ '' and 'b' }}| {{ none or false }} {{ 1 and 2 or 3 }} {{ u or 'x' }} {{ [] or {} }}",
        "{{ 1 or 1 / 0 }} {{ 0 and 1 / 0 }}", "{{ 'a' if true else 'b' }} {{ 'a' if 0 else 'b' if '' else 'c' }} {{ 'a' if false }}|",
        "{{ (1 if false) is defined }}", "{% if 0.0 %}a{% elif '' %}b{% elif [] %}c{% elif {} %}d{% elif none %}e{% elif u %}f{% else %}g{% endif %}",
        "{% if [0] %}a{% endif %}{% if ' ' %}b{% endif %}{% if m.items() %}c{% endif %}{% if range(0) %}d{% endif %}{% if [] | map('upper') %}e{% endif %}",
        "{% if 1, 2 %}x{% endif %}", "{{ 1 if 2 if 0 else 3 else 4 }}",
    ],
    "members": [
        "{{ m.a }} {{ m['b'] }} {{ m.zz }}| {{ m['zz'] is defined }} {{ m.zz is defined }}", "{{ m.zz.y }}", "{{ u.x }}", "{{ u['x'] }}", "{{ u[1:] }}", "{{ u() }}",
        "{{ none.x is defined }} {{ 1 .x is defined }} {{ 'a'.zz is defined }}", "{{ m.items is defined }} {{ m.get is defined }} {{ m['get'] is defined }} {{ n.items is defined }} {{ n['items'] }}",
        "{{ [1, 2, 3][0] }} {{ [1, 2, 3][-1] }} {{ [1][5] }}| {{ [1][-5] is defined }} {{ (1, 2)[1] }} {{ [[1, 2]][0][1] }} {{ [1, 2].1 }} {{ [[1, 2]].0.1 }}",
        "{{ 'héy🙂'[1] }} {{ 'héy🙂'[-1] }} {{ 'abc'[9] }}| {{ 'abc'[true] }} {{ [1, 2][true] }}",
        "{{ 'abcdef'[1:3] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[-2:] }} {{ 'abcdef'[:-2] }} {{ 'abcdef'[::2] }} {{ 'abcdef'[4:1:-1] }} {{ 'abcdef'[10:] }}| {{ 'abc'[-10:2] }} {{ 'abc'[none:none] }} {{ 'abc'[5::-1] }} {{ 'abc'[:0:-1] }} {{ 'abc'[-1:-9:-1] }}",
        "{{ [1, 2, 3, 4][1:] }} {{ [1, 2, 3][::-1] }} {{ (1, 2, 3)[:2] }} {{ [1, 2, 3][:] }} {{ [1, 2, 3, 4, 5][1:4:2] }} {{ [][1:] }} {{ [1, 2, 3][3:0:-5] }}",
        "{{ [1][::0] }}", "{{ absent[1:] }}", "{{ m[1:] }}", "{{ x[1:] }}", "{{ messages['x':] }}", "{{ messages[u:] }}", "{{ m.items()[1:] }}", "{{ {1: 'a', (1, 2): 'b'}[1] }}{{ {1: 'a', (1, 2): 'b'}[1, 2] }}{{ {1: 'a'}[true] }}{{ {1: 'a'}[1.0] }}",
        "{{ 'x'.__class__ }}|{{ m.__class__ }}|{{ [].__len__ is defined }}|{{ m._a }}", "{{ [1].append(2) }}", "{{ [1].append is defined }}", "{{ m.pop('a') }}", "{{ m.update({}) }}", "{{ 'a'.foo() }}", "{{ 1() }}", "{{ m.a() }}", "{{ m['a']['b'] is defined }}",
        "{{ {}.keys()[0] is defined }}", "{{ m[[1]] is defined }}", "{{ messages[-1].role }}{{ messages[1:][0]['role'] }}{{ messages[::-1][0].role }}",
    ],
    "set and scopes": [
        "{% set x = 1 %}{{ x }}{% set x = x + 1 %}{{ x }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = [3, 4] %}{{ c }}{{ d }}", "{% set e, = [5] %}{{ e }}", "{% set a, b = [1] %}", "{% set a, b = 5 %}", "{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}",
        "{% set x %}a{{ 1 }}b{% endset %}{{ x }}{{ x is string }}", "{% set x | upper | trim %} ab {% endset %}[{{ x }}]", "{% set x = 1 %}{% set y %}{% set x = 2 %}{{ x }}{% endset %}{{ x }}{{ y }}",
        "{% for i in [1, 2, 3] %}[{{ x }}]{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% set x = 9 %}{% for i in [1, 2] %}[{{ x }}]{% set x = i %}{% endfor %}{{ x }}",
        "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "{% for i in [1] %}{% if true %}{% set y = 5 %}{% endif %}{{ y }}{% endfor %}{{ y }}",
        "{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "{% set ns = namespace() %}{% set ns.x = 1 %}{{ ns.x }}{{ ns['x'] }}{{ ns.y is defined }}", "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}", "{% set ns = namespace(a=[]) %}{% set ns.a = ns.a + [1] %}{% set ns.a = ns.a + [2] %}{{ ns.a }}",
        "{% set ns.x = 1 %}", "{% set m.x = 1 %}", "{% set ns = namespace(_a=1) %}", "{% set ns = namespace() %}{% set ns._a = 1 %}", "{% set ns = namespace(items=1, get=2) %}{{ ns.items }}{{ ns.get }}", "{% set ns = namespace(a=1) %}{% set ns.a, b = 2, 3 %}{{ ns.a }}{{ b }}",
        "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% set c = 3 %}{{ c }}{% endwith %}{{ a }}{{ c }}", "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% set messages = messages[1:] %}{{ messages | length }}", "{% set range = 5 %}{{ range }}", "{% set x = y = 1 %}", "{% set 1 = 2 %}", "{% set none = 2 %}",
    ],
    "loops": [
        "{% for x in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
        "{% for x in 'abc' %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }}{{ loop.previtem is defined }};{% endfor %}", "{% for x in [] %}a{% else %}b{% endfor %}{% for x in [1] %}a{% else %}b{% endfor %}", "{% for x in u %}a{% else %}b{% endfor %}", "{% for x in none %}{% endfor %}", "{% for x in 5 %}{% endfor %}",
        "{% for k in m %}{{ k }}{% endfor %}{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in m | items %}{{ k }}={{ v }};{% endfor %}", "{% for a, b in [[1, 2], (3, 4), 'xy'] %}{{ a }}{{ b }};{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for a, b in [[1, 2, 3]] %}{% endfor %}", "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for (a, b) in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}",
        "{% for x in range(10) if x % 2 %}{{ x }}{{ loop.index }}{{ loop.last }};{% endfor %}", "{% for x in [1, 2] if x > 5 %}a{% else %}none{% endfor %}", "{% for x in range(5) %}{% if x == 3 %}{% break %}{% endif %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in [1, 2] %}{% for y in [3, 4] %}{{ loop.index }}{% if y == 3 %}{% continue %}{% endif %}{% break %}{% endfor %}{{ loop.index }};{% endfor %}",
        "{% for x in [1, 2] %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ loop.index }}{{ loop.depth }};{% endfor %}{% endfor %}", "{% for x in 'abcd' %}{{ loop.cycle('o', 'e') }}{% endfor %}", "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}", "{{ loop }}|{{ loop is defined }}", "{% for x in [3] %}{% endfor %}{{ x }}", "{% break %}", "{% for x in [1] %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}",
        "{% for x in range(3) %}{% endfor %}{{ range(3) | list }}{{ range(1, 4) | list }}{{ range(5, 0, -2) | list }}{{ range(3)[1] }}{{ range(5)[1:3] | list }}{{ range(0) | length }}", "{{ range(1000000) }}", "{{ range(1.5) }}", "{{ range() }}", "{{ range(1, 2, 0) }}", "{% for m in messages %}{{ m.role }}{{ ',' if not loop.last }}{% endfor %}", "{% for m in messages[1:] | reverse %}{{ loop.index }}{{ m.role }}{{ loop.last }}{% endfor %}", "{% for x in 'ab' %}{% else %}z{% endfor %}", "{% for x in [1,2,3] %}{{ loop.nextitem.y if loop.nextitem.y is defined else '-' }}{% endfor %}",
        "{% for x in [{'a': 1}, {'a': 2}] %}{{ loop.previtem.a if loop.previtem else 'n' }}{{ loop.nextitem.a if not loop.last }};{% endfor %}", "{% for x in [1,2] recursive %}{{ x }}{% endfor %}!",
    ],
    "macros": [
        "{% macro f(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }} {{ f(1, c='y') }} {{ f(b=5, a=4) }} {{ f() }}", "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }}", "{% macro f() %} x {% endmacro %}[{{ f() }}][{{ f() | trim }}]{{ f() is string }}", "{% macro f() -%} x {%- endmacro %}[{{ f() }}]",
        "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(z=2) }}", "{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, k=4) }}", "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "{% set x = 1 %}{% macro f() %}{{ x }}{% set x = 5 %}{{ x }}{% endmacro %}{{ f() }}{{ x }}{% set x = 2 %}{{ f() }}",
        "{% macro outer() %}<{{ caller() }}>{% endmacro %}{% call outer() %}body{% endcall %}", "{% macro list(items) %}{% for i in items %}{{ caller(i) }};{% endfor %}{% endmacro %}{% call(x) list([1, 2]) %}<{{ x }}>{% endcall %}", "{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}", "{{ f() }}{% macro f() %}x{% endmacro %}", "{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}{{ f(none) }}", "{% macro f(a, b=1, c) %}{% endmacro %}", "{% macro f(x) %}{% for i in x %}{{ i }}{{ loop.last }}{% endfor %}{% endmacro %}{% for i in [1] %}{{ f([1, 2]) }}{{ i }}{% endfor %}", "{% macro f() %}{{ m.a }}{{ messages | length }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{{ a }}{% endmacro %}{% set g = f %}{{ g(7) }}{{ f.name }}", "{% macro f(a, b, c=0) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(*[1, 2]) }} {{ f(1, *(2, 3)) }} {{ f(*[1], b=5) }} {{ f(**{'a': 1, 'b': 2}) }} {{ f(1, **{'b': 2}) }} {{ 'a,b'.split(*[',']) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*5) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(**[1]) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*[1], 2) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(a=1, **{'a': 2}) }}", "{% if true %}{% macro f() %}in{% endmacro %}{% endif %}{{ f() }}", "{% macro f() %}{% macro g() %}g{% endmacro %}{{ g() }}{% endmacro %}{{ f() }}{{ g is defined }}",
        "{% filter upper %}a{{ 'b' }}{% endfilter %}{% filter trim | replace('a', 'b') %} a {% endfilter %}",
    ],
    "tests": [
        "{{ m is defined }}{{ u is defined }}{{ u is undefined }}{{ u is not defined }}{{ none is none }}{{ 0 is none }}{{ none is not none }}", "{{ 'a' is string }}{{ 1 is string }}{{ ('a' | safe) is string }}{{ {} is mapping }}{{ [] is mapping }}",
        "{{ [] is sequence }}{{ {} is sequence }}{{ 'a' is sequence }}{{ 1 is sequence }}{{ none is sequence }}{{ u is sequence }}{{ m.items() is sequence }}{{ range(2) is sequence }}{{ () is sequence }}", "{{ [] is iterable }}{{ {} is iterable }}{{ 'a' is iterable }}{{ 1 is iterable }}{{ none is iterable }}{{ u is iterable }}{{ m.items() is iterable }}{{ ([] | map('upper')) is iterable }}",
        "{{ 1 is number }}{{ 1.5 is number }}{{ true is number }}{{ '1' is number }}{{ 1 is integer }}{{ true is integer }}{{ 1.0 is integer }}{{ 1.0 is float }}{{ 1 is float }}{{ true is boolean }}{{ 1 is boolean }}{{ true is true }}{{ 1 is true }}{{ false is false }}{{ 0 is false }}{{ none is false }}",
        "{{ 1 is eq 1 }}{{ 1 is equalto 2 }}{{ 1 is ne 2 }}{{ 1 is lt 2 }}{{ 1 is le(1) }}{{ 1 is gt 2 }}{{ 1 is ge 1 }}{{ 3 is greaterthan 2 }}{{ 1 is lessthan 2 }}{{ 'a' is in ['a'] }}{{ 'a' is not in ['b'] }}{{ 4 is divisibleby 2 }}{{ 4 is divisibleby(3) }}{{ 3 is odd }}{{ 4 is even }}{{ 4.0 is even }}", "{{ 'ab' is lower }}{{ 'Ab' is lower }}{{ '1' is lower }}{{ 'AB' is upper }}{{ 'A1' is upper }}", "{{ range is callable }}{{ 1 is callable }}{{ 'a'.upper is callable }}{{ u is callable }}", "{{ none is sameas none }}{{ true is sameas 1 }}{{ 'upper' is filter }}{{ 'xyz' is filter }}{{ 'odd' is test }}{{ ('a' | safe) is escaped }}{{ 'a' is escaped }}",
        "{{ 1 is defined and 2 is defined }}{{ 1 is defined or 0 }}{{ 'x' if m.zz is not defined else 'y' }}{{ not m.zz is defined }}{{ m.a is defined == true }}", "{{ 1 is divisibleby 0 }}", "{{ 'a' is odd }}", "{{ 1 is xyz }}", "{{ m['a'] is string and m.b is mapping }}{{ (m.a) is not string }}", "{{ 1 is not string is defined }}", "{{ 1 + 1 is eq 2 }}", "{{ 'x' ~ 1 is defined }}", "{{ 1 is defined(2) }}", "{{ 5 is eq }}",
    ],
    "text filters": [
        "[{{ '  a b \\n' | trim }}][{{ 'xxaxx' | trim('x') }}][{{ '\\u00a0\\x1f a\\u3000' | trim }}][{{ u | trim }}][{{ 5 | trim }}][{{ '\\u200ba' | trim }}]", "{{ 'aBc é ß' | upper }}{{ 'ABÉ' | lower }}{{ 'hELLO wORLD' | capitalize }}{{ 'hello wORLD-x (y) <z> [q' | title }}{{ none | upper }}{{ '' | capitalize }}", "{{ 'aaa' | replace('a', 'b') }}{{ 'aaa' | replace('a', 'b', 2) }}{{ 'abc' | replace('', '-') }}{{ 'abc' | replace('', '-', 2) }}{{ 'é' | replace('', '-') }}{{ 123 | replace(2, 'x') }}{{ 'aaaa' | replace('aa', 'b') }}",
        "{{ [1, 2, 'a'] | join }}{{ [1, 2] | join(', ') }}{{ [{'a': 1}, {'a': 2}] | join('-', attribute='a') }}{{ 'abc' | join('.') }}{{ [] | join('x') }}{{ u | join }}{{ [none, true] | join(1) }}", "{{ 'a\\nb\\n\\nc' | indent }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent(2, blank=true) }}|{{ 'a\\nb\\n' | indent('> ') }}|{{ '' | indent }}|{{ 'a' | indent(first=true) }}|{{ 'a\\n' | indent(0) }}|",
        "{{ 5 | string + 'a' }}{{ none | string }}{{ true | string }}{{ [1, 'a'] | string }}{{ u | string }}{{ 1.0 | string | length }}", "{{ '<a & \"b\"> \\'c\\'' | escape }}{{ '<' | e }}{{ '<' | safe }}{{ '<' | safe | escape }}{{ 1 | e }}", "{{ '<' + ('a' | safe) }} {{ ('a' | safe) + '<' }} {{ '<' ~ ('a' | safe) }} {{ ['a' | safe] }} {{ ('a<' | safe) | replace('a', '<') }} {{ ('a' | safe) | string + '<' }} {{ ('a' | safe).upper() + '<' }} {{ ('a' | safe) | trim + '>' }} {{ ('a' | safe) | upper + '>' }}", "{{ '%s-%s' | format('a', 1) }}{{ '%d' | format(3.9) }}{{ 'a%%b' | format() }}",
        "{{ 'abc' | length }}{{ 'é🙂' | length }}{{ [1, 2] | length }}{{ m | length }}{{ u | length }}{{ 'abc' | count }}{{ range(4) | length }}{{ m.items() | length }}", "{{ 5 | length }}", "{{ none | length }}", "{{ [1] | map('upper') | length }}", "{{ 'abc' | reverse }}{{ [1, 2] | reverse | list }}{{ 'ab' | list }}{{ m | list }}{{ u | list }}", "{{ 5 | list }}", "{{ 'a' | nofilter }}", "{{ 'a' | trim('a', 'b') }}", "{{ 'a' | upper(1) }}", "{{ 'a' | replace('a') }}", "{{ 'a' | trim(xyz=1) }}", "{{ 'a' | trim(5) }}", "{{ 'a b' | replace(' ', '') | upper | length }}", "{{ -5 | string | trim('-') }}",
    ],
    "numbers by filters": [
        "{{ '42' | int }} {{ '42.7' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ 3.9 | int }} {{ -3.9 | int }} {{ none | int }} {{ true | int }} {{ ' 5 ' | int }} {{ '0x1f' | int(base=16) }} {{ '11' | int(base=2) }} {{ '1e3' | int }} {{ '1_000' | int }} {{ '-7' | int }} {{ '+7' | int }} {{ [] | int }} {{ '' | int }} {{ '--5' | int }} {{ 'nan' | int(1) }}",
        "{{ '1.5' | float }} {{ 'x' | float }} {{ 2 | float }} {{ '1e3' | float }} {{ 'inf' | float }} {{ none | float(2) }} {{ ' 2 ' | float }} {{ '1_0.5' | float }}", "{{ u | int }}", "{{ u | float }}", "{{ -5 | abs }} {{ 5.5 | abs }} {{ -2.5 | abs }}", "{{ 'a' | abs }}", "{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.4 | round(0, 'ceil') }} {{ 2.6 | round(method='floor') }} {{ 5 | round }} {{ -2.5 | round | int }}", "{{ [1, 2, 3.5] | sum }} {{ [] | sum }} {{ [{'a': 1}, {'a': 2}] | sum(attribute='a') }} {{ [1] | sum(start=10) }}", "{{ ['a'] | sum }}", "{{ [3, 1, 2] | min }}{{ [3, 1, 2] | max }}{{ ['b', 'A', 'c'] | min }}{{ ['b', 'A', 'c'] | max(case_sensitive=true) }}{{ [] | min }}|{{ [{'a': 2}, {'a': 1}] | min(attribute='a') }}",
    ],
    "sequence filters": [
        "{{ [1, 2] | first }}{{ [1, 2] | last }}{{ 'abc' | first }}{{ 'abc' | last }}{{ [] | first }}|{{ [] | last is defined }}{{ m | first }}{{ u | first }}", "{{ [1] | map('string') | last }}", "{{ [3, 1, 2] | sort }}{{ [3, 1, 2] | sort(reverse=true) }}{{ ['b', 'A', 'c'] | sort }}{{ ['b', 'A', 'c'] | sort(case_sensitive=true) }}{{ [{'a': 2, 'b': 1}, {'a': 1, 'b': 2}] | sort(attribute='a') }}{{ 'cab' | sort }}{{ m | sort }}", "{{ [{'a': 1, 'b': 2}, {'a': 1, 'b': 1}, {'a': 0, 'b': 9}] | sort(attribute='a,b') | map(attribute='b') | list }}{{ [[2, 'x'], [1, 'y'], [1, 'x']] | sort }}{{ [['b', 1], ['a', 2]] | sort(attribute=1, reverse=true) }}", "{{ [1, 'a'] | sort }}", "{{ [{}, {}] | sort }}",
        "{{ [1, 2, 1, 'a', 'A'] | unique | list }}{{ ['a', 'A'] | unique(case_sensitive=true) | list }}{{ [{'a': 1}, {'a': 1}] | unique(attribute='a') | list }}", "{{ [1, 2, 3, 4, 5] | batch(2) | list }}{{ [1, 2, 3] | batch(2, 'x') | list }}",
        "{{ ['a', 'b'] | map('upper') | list }}{{ messages | map(attribute='role') | join(',') }}{{ [{'a': {'b': 1}}] | map(attribute='a.b') | list }}{{ [{}, {'a': 1}] | map(attribute='a', default='z') | list }}{{ [[1, 2], [3, 4]] | map(attribute=0) | list }}{{ [[1, 2]] | map(attribute='1') | list }}{{ ['ab'] | map('replace', 'a', 'c') | list }}{{ [[1, 2]] | map('join', '-') | list }}{{ [' a '] | map('trim') | map('upper') | first }}", "{{ [1] | map }}", "{{ [1] | map('nofilter') | list }}", "{{ [{}] | map(attribute='a.b') | list }}", "{{ [{}] | map(attribute='a') | list }}",
        "{{ [1, 0, 2] | select | list }}{{ [1, 2, 3] | select('odd') | list }}{{ [1, 2, 3] | reject('odd') | list }}{{ [1, 2, 3] | select('gt', 1) | list }}{{ [1, 2] | select('in', [2]) | list }}{{ ['a', none] | reject('none') | list }}{{ [0, 1] | reject | list }}", "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | first }}{{ messages | selectattr('tool_calls') | list | length }}{{ messages | selectattr('tool_calls', 'defined') | list | length }}{{ messages | rejectattr('role', 'eq', 'user') | map(attribute='role') | list }}{{ messages | selectattr('role', 'in', ['user', 'system']) | list | length }}{{ [{'a': {'b': 1}}, {'a': {'b': 2}}] | selectattr('a.b', '==', 2) | list }}{{ [{'a': 3}] | selectattr('a', '>', 2) | list | length }}{{ [{'a': 3}] | rejectattr('b', 'undefined') | list | length }}", "{{ messages | selectattr('role', 'nope') | list }}", "{{ messages | selectattr | list }}",
        "{% set it = [1, 2] | map('string') %}{{ it | list }}{{ it | list }}", "{% set it = [1, 2] | select %}{{ it | first }}{{ it | first }}{{ it | first is defined }}", "{% if [] | select %}truthy{% endif %}", "{{ 'x' in (['x'] | select) }}", "{{ ([1, 2] | select)[0] is defined }}",
        "{{ u | default('x') }}{{ none | default('x') }}{{ '' | default('x') }}|{{ '' | default('x', true) }}{{ none | default('x', boolean=true) }}{{ u | d('y') }}{{ u | default }}|{{ m.zz | default([]) }}{{ 0 | default(5, true) }}", "{{ u.x | default('y') }}", "{{ m | items | list }}{{ u | items | list }}", "{{ [] | items }}", "{{ {'b': 1, 'A': 2, 'a': 3} | dictsort }}{{ {'b': 1, 'A': 2} | dictsort(true) }}{{ {'b': 1, 'a': 2} | dictsort(by='value') }}{{ {'b': 1, 'a': 2} | dictsort(reverse=true) }}{{ {} | dictsort }}", "{{ [] | dictsort }}", "{{ u | dictsort }}", "{{ {'b': 1} | dictsort(by='x') }}", "{{ {1: 2, 'a': 3} | dictsort }}",
    ],
    "methods": [
        "[{{ ' a '.strip() }}][{{ ' a '.lstrip() }}][{{ ' a '.rstrip() }}][{{ 'xyaxy'.strip('yx') }}][{{ '\\n\\na\\n'.lstrip('\\n') }}][{{ 'a\\n'.rstrip('\\n') }}][{{ ' a '.strip(none) }}]", "{{ 'a,b,,c'.split(',') }}{{ ' a  b '.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'a,b,c'.rsplit(',', 1) }}{{ ''.split(',') }}{{ ''.split() }}{{ ' a b c '.split(none, 1) }}{{ ' a b c '.rsplit(none, 1) }}{{ 'aXXbXX'.split('XX') }}{{ 'a,b'.split(',', maxsplit=0) }}{{ 'a,b'.split(sep=',') }}{{ 'aaa'.split('aa') }}{{ 'aaa'.rsplit('aa') }}", "{{ 'a'.split('') }}", "{{ 'a'.split(1) }}", "{{ '<think>x</think>y'.split('</think>')[-1] }}{{ '<think>x</think>y'.split('</think>')[0].split('<think>')[-1] }}",
        "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('bc') }}{{ 'abc'.startswith('') }}{{ 'abc'.startswith(('x', 'a')) }}{{ 'abc'.endswith(('x', 'y')) }}{{ 'é'.startswith('e') }}", "{{ 'a'.startswith(1) }}", "{{ 'a'.startswith(['a']) }}", "{{ 'aab'.replace('a', 'x') }}{{ 'aab'.replace('a', 'x', 1) }}{{ 'aab'.replace('', '-') }}", "{{ 'a'.replace(1, 2) }}", "{{ 'ab'.upper() }}{{ 'AB'.lower() }}{{ 'aB c'.title() }}{{ 'aB'.capitalize() }}{{ \"they're bill's\".title() }}{{ 'ǆx'.title() }}", "{{ 'abcabc'.find('c') }}{{ 'abc'.find('x') }}{{ 'éabc'.find('c') }}{{ 'abcabc'.rfind('c') }}{{ 'abc'.index('b') }}{{ 'abab'.count('ab') }}{{ 'aaaa'.count('aa') }}{{ 'abc'.count('') }}{{ 'abc'.find('') }}{{ 'abc'.rfind('') }}", "{{ 'abc'.index('x') }}", "{{ ','.join(['a', 'b']) }}{{ ''.join('abc') }}{{ ','.join(m) }}{{ '-'.join(['a'] | map('upper')) }}", "{{ ','.join([1]) }}",
        "{{ 'a1'.isalnum() }}{{ '12'.isdigit() }}{{ ''.isdigit() }}{{ 'ab'.isalpha() }}{{ 'AB'.isupper() }}{{ 'ab'.islower() }}{{ ' '.isspace() }}", "{{ 'xab'.removeprefix('x') }}{{ 'abx'.removesuffix('x') }}{{ 'ab'.removeprefix('x') }}{{ 'a=b=c'.partition('=') }}{{ 'a=b=c'.rpartition('=') }}{{ 'ab'.partition('=') }}{{ 'ab'.rpartition('=') }}{{ 'a\\nb\\r\\nc\\n'.splitlines() }}{{ 'a\\x0bb\\u2028c'.splitlines() }}",
        "{{ m.get('a') }}{{ m.get('zz') }}{{ m.get('zz', 'd') }}{{ m.keys() | list }}{{ m.values() | list }}{{ m.items() | list }}{% for k, v in m.items() | list %}{{ k }}{% endfor %}{{ m.copy() == m }}", "{{ m.get() }}", "{{ m.get([]) }}", "{{ [1, 2, 1].count(1) }}{{ [1, 2].index(2) }}{{ (1, 2).count(1) }}", "{{ [1].index(5) }}", "{{ dict(a=1, b='x') }}{{ dict({'a': 1}, b=2) }}{{ dict([['a', 1]]) }}{{ dict() }}", "{{ dict(1) }}", "{{ 'a'.strip().upper().lower() }}{{ ('a' ~ 'b').upper() }}{{ 'a'['upper']() }}", 
    ],
    "json": [
        "{{ tool | tojson }}", "{{ tool | tojson(indent=4) }}", "{{ tool | tojson(indent=0) }}", "{{ tool | tojson(ensure_ascii=true) }}", "{{ tool | tojson(separators=(',', ':')) }}", "{{ tool | tojson(indent=2, sort_keys=true) }}", "{{ tool | tojson(indent='--') }}", "{{ ['<>&\\'', 'é🙂', '\\x7f\\x00\\x1f\\u2028\\b\\f\\\\\"/'] | tojson }}{{ ['é🙂\\x7f\\u2028'] | tojson(ensure_ascii=true) }}", "{{ [1, 1.0, 1e16, 1e-7, true, none, (1, 2), {}, [], 'x' | safe] | tojson }}{{ {1: 2, none: 3, true: 4, 1.5: 5} | tojson }}", "{{ [[], {}, [[]], {'a': {}}] | tojson(indent=2) }}", "{{ 'inf' | float | tojson }}", "{{ u | tojson }}", "{{ [u] | tojson }}", "{{ m.items() | tojson }}", "{{ range(3) | tojson }}", "{{ range(3) | list | tojson }}", "{{ {(1, 2): 3} | tojson }}", "{{ {'b': 1, 'a': {'d': 1, 'c': 2}} | tojson(sort_keys=true) }}", "{{ tool | tojson(4) }}", "{{ tool | tojson(true, 2) }}",
    ],
    "functions": [
        "{{ raise_exception('no') }}", "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %a %B %j %p %I %y %m %-d %% %w') }}", "{{ strftime_now is defined }}{{ range is defined }}{{ nofunc is defined }}", "{{ nofunc() }}", "{% if false %}{{ raise_exception('no') }}{% endif %}ok",
    ],
    "generation": [
        "a{% generation %}bé{% endgeneration %}c{% for x in [1, 2] %}{% generation %}{{ x }}{{ loop.index }}{% endgeneration %}-{% endfor %}", "{% for m in messages %}{{ m.role }}:\n{% generation %}\n{{ m.content }}\n  {% endgeneration %}\n{% endfor %}", "{%- generation -%} a {%- endgeneration -%} b", "{% set x = 1 %}{% generation %}{% set x = 2 %}{{ x }}{% endgeneration %}{{ x }}", "{% set ns = namespace(a=1) %}{% generation %}{% set ns.a = 2 %}{% endgeneration %}{{ ns.a }}",
    ],
    "refused": [
        "{% include 'x' %}", "{% if %}{% endif %}", "{% if true %}", "{% endif %}", "{% for x %}{% endfor %}", "{{ }}", "{{ 1", "{% if true", "{# x", "{% raw %} x", "{{ 'a }}", "{{ (1 }}", "{{ 1) }}", "{{ [1} }}", "{{ 1 2 }}", "{{ a b }}", "{{ 1 + }}", "{{ * 2 }}", "{{ a. }}", "{{ a | }}", "{{ a is }}", "{{ {1} }}", "{{ {1: } }}", "{{ f(a=1, 2) }}", "{% unknown %}", "{{ 1 ! 2 }}", "{{ $ }}", "{% set %}", "{% macro %}{% endmacro %}", "{% macro f(1) %}{% endmacro %}", "{{ 1 }", "{% if true %}{% endfor %}{% endif %}", "{% else %}", "{% for x in [1] %}{% elif %}{% endfor %}", "{{ '\\x4' }}", "{% call f %}{% endcall %}", "{{ 1 if }}", "{{ not }}", "{{ 1 not 2 }}", "{{ 0101 }}", "{{ a[1 }}", "{{ a[] }}",
    ],
}
VARIABLES = {"x": 3, "absent": None, "m": {"a": "A", "b": {"c": 1}}, "n": {"items": [1]}, "messages": M, "tool": TOOL}

if __name__ == "__main__":
    cases = []
    for group, templates in GROUPS.items():
        for template in templates:
            case = {"group": group, "template": template}
            try:
                text, ranges = render(template, VARIABLES)
                if " at 0x" in text:
                    raise ValueError("an address in the text")
                case["text"] = text
                if ranges:
                    case["generated"] = ranges
            except Exception:
                case["error"] = True
            cases.append(case)
    file = {"variables": VARIABLES, "cases": cases}
    (HERE / "template_semantics.json").write_text(
        json.dumps(file, ensure_ascii=False, indent=1) + "\n")
    print(len(cases), "cases,", sum("error" in case for case in cases), "of them refused")
